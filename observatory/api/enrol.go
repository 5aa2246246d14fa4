package api

import (
	"context"
	"time"

	"abri.example/abri/fleet"
	"abri.example/abri/observatory/ledger"
	"abri.example/abri/observatory/people"
)

// Invitation is the word by which a site's box joins. It is shown once.
type Invitation struct {
	Site       int64     `json:"site"`
	Invitation string    `json:"invitation"`
	Until      time.Time `json:"until"`
}

// Newcomer is a site to be entered and invited.
type Newcomer struct {
	Sort    ledger.Sort  `json:"sort,omitempty" enum:"commune,firm,association" default:"commune"`
	Code    string       `json:"code" maxLength:"32" doc:"INSEE, SIRET or RNA number." example:"42304"`
	Name    string       `json:"name" maxLength:"200" example:"Sury-le-Comtal"`
	Trade   string       `json:"trade,omitempty" maxLength:"200"`
	Place   ledger.Place `json:"place,omitempty" enum:"before,behind" default:"behind"`
	Contact Contact      `json:"contact,omitzero"`
	Days    int          `json:"days,omitempty" minimum:"1" maximum:"365" default:"30" doc:"How long the invitation is good."`
}

// Box is one that asked to be taken in.
type Box struct {
	Site      int64     `json:"site"`
	Box       string    `json:"box"`
	State     string    `json:"state" enum:"candidate,confirmed,revoked"`
	Words     string    `json:"words,omitempty" doc:"Four, to be compared with those that the box shows."`
	Software  string    `json:"software,omitempty"`
	Asked     time.Time `json:"asked,omitzero"`
	Confirmed time.Time `json:"confirmed,omitzero"`
	By        string    `json:"by,omitempty" doc:"Who compared the words."`
	Expires   time.Time `json:"expires,omitzero" doc:"When its certificate ends."`
	Suspicion string    `json:"suspicion,omitempty"`
}

// BoxOf is a box in these words. The four words are of use until somebody has compared them.
func BoxOf(b ledger.Box) Box {
	out := Box{Site: b.Site, Box: b.Identity.Box, State: b.State, Software: b.Software, Asked: b.Asked, Confirmed: b.Confirmed, By: b.By, Expires: b.Expires, Suspicion: b.Suspicion}
	if b.State == ledger.Candidate {
		out.Words = b.Words
	}
	return out
}

// Boxes are several.
type Boxes struct {
	Boxes []Box `json:"boxes"`
}

func boxesOf(all []ledger.Box) Boxes {
	out := Boxes{Boxes: []Box{}}
	for _, b := range all {
		out.Boxes = append(out.Boxes, BoxOf(b))
	}
	return out
}

// enrolment are the operations by which sites and boxes come and go.
func enrolment(a *api) {
	type newcomer struct{ Body Newcomer }
	add(a, operation{id: "invite", method: "POST", path: "/invitations", summary: "Enter a site, and invite its box", tag: "Enrolment", need: people.Enrol, status: 201},
		func(ctx context.Context, c *caller, in *newcomer) (Invitation, error) {
			n, now := in.Body, a.Now()
			number, err := c.Enter(ctx, ledger.Site{Sort: n.Sort, Code: n.Code, Name: n.Name, Trade: n.Trade, Place: n.Place, Created: now,
				Contact: ledger.Contact{Person: n.Contact.Person, Mail: n.Contact.Mail, Telephone: n.Contact.Telephone}})
			if err != nil {
				return Invitation{}, err
			}
			lasting := time.Duration(n.Days) * 24 * time.Hour
			token, err := c.Invite(ctx, number, lasting, now)
			return Invitation{number, token.String(), now.Add(lasting).UTC()}, err
		})
	act(a, operation{id: "ship", method: "POST", path: "/sites/{site}/shipped", summary: "Note that a site's box was sent", tag: "Enrolment", need: people.Enrol},
		func(ctx context.Context, c *caller, in *AtSite) error { return c.Ship(ctx, in.Site, a.Now()) })
	add(a, operation{id: "list-boxes", method: "GET", path: "/sites/{site}/boxes", summary: "The boxes of a site, the last to ask first", tag: "Enrolment", need: people.Read},
		func(ctx context.Context, c *caller, in *AtSite) (Boxes, error) {
			all, err := c.Boxes(ctx, in.Site)
			return boxesOf(all), err
		})
	add(a, operation{id: "list-waiting", method: "GET", path: "/waiting", summary: "The boxes that wait for a person to compare their words", tag: "Enrolment", need: people.Confirm},
		func(ctx context.Context, c *caller, in *Scope) (Boxes, error) {
			which, err := in.of(ctx, c)
			if err != nil {
				return Boxes{}, err
			}
			all, err := c.Waiting(ctx, which, a.Now())
			return boxesOf(all), err
		})
	type words struct {
		AtSite
		Body struct {
			Words string `json:"words" maxLength:"60" doc:"The four words that the box shows." example:"midi piko pisu pisa"`
		}
	}
	add(a, operation{id: "confirm", method: "POST", path: "/sites/{site}/confirmation", summary: "Take a box in: its four words are the same here and there", tag: "Enrolment", need: people.Confirm},
		func(ctx context.Context, c *caller, in *words) (Box, error) {
			b, err := c.Confirm(ctx, in.Site, in.Body.Words, a.Now())
			return BoxOf(b), err
		})
	type box struct {
		AtSite
		Box string `path:"box" maxLength:"64"`
	}
	act(a, operation{id: "revoke", method: "DELETE", path: "/sites/{site}/boxes/{box}", summary: "Take a box out, at once", tag: "Enrolment", need: people.Enrol},
		func(ctx context.Context, c *caller, in *box) error {
			return c.Revoke(ctx, fleet.Identity{Site: in.Site, Box: in.Box})
		})
}
