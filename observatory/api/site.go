package api

import (
	"cmp"
	"context"
	"slices"
	"time"

	"abri.example/abri"
	"abri.example/abri/observatory/ledger"
	"abri.example/abri/observatory/people"
)

// Site is where a site stands. The console prints the same.
type Site struct {
	Number      int64          `json:"number" doc:"Of a commune its INSEE code, where that is a number."`
	Sort        ledger.Sort    `json:"sort" enum:"commune,firm,association"`
	Code        string         `json:"code" doc:"INSEE, SIRET or RNA number."`
	Name        string         `json:"name"`
	Trade       string         `json:"trade,omitempty"`
	Place       ledger.Place   `json:"place" enum:"before,behind" doc:"Of the box: before or behind the translation of addresses."`
	Contact     *Contact       `json:"contact,omitempty"`
	Rollout     ledger.Rollout `json:"rollout" enum:"entered,invited,shipped,installed,observing,protecting,silent"`
	Sky         abri.Sky       `json:"sky" enum:"clear,light-rain,rain,storm,tornado,fog" doc:"Fog: nothing heard for an hour, or ever."`
	Points      int            `json:"points"`
	Attacks     uint64         `json:"attacks" doc:"That began today."`
	Neutralised uint64         `json:"neutralised"`
	Mode        abri.Mode      `json:"mode,omitempty" enum:",observe,protect"`
	Software    string         `json:"software,omitempty"`
	Heard       time.Time      `json:"heard,omitzero" doc:"When the last report was taken."`
	Wanted      int            `json:"wanted" doc:"Entries of lists that should be enforced."`
	Enforced    int            `json:"enforced"`
	Troubles    []string       `json:"troubles"`
	Suspicion   string         `json:"suspicion,omitempty" doc:"A reason that a person should look, such as cloned."`
	Waiting     bool           `json:"waiting" doc:"A box waits for the person who compares its words."`
}

// Contact is who is told of a site's troubles.
type Contact struct {
	Person    string `json:"person,omitempty" maxLength:"200"`
	Mail      string `json:"mail,omitempty" maxLength:"254"`
	Telephone string `json:"telephone,omitempty" maxLength:"50"`
}

// SiteOf is a standing in these words.
func SiteOf(s ledger.Standing) Site {
	out := Site{Number: s.Number, Sort: s.Sort, Code: s.Code, Name: s.Name, Trade: s.Trade, Place: s.Place, Rollout: s.Rollout, Sky: s.Sky, Points: s.Points, Attacks: s.Attacks,
		Neutralised: s.Neutralised, Mode: s.Mode, Software: s.Software, Heard: s.Heard, Wanted: s.Wanted, Enforced: s.Enforced, Troubles: s.Troubles, Suspicion: s.Suspicion, Waiting: s.Waiting}
	if s.Contact != (ledger.Contact{}) {
		out.Contact = &Contact{s.Contact.Person, s.Contact.Mail, s.Contact.Telephone}
	}
	if out.Troubles == nil {
		out.Troubles = []string{}
	}
	return out
}

// Scope is which sites are meant: nothing is the widest that the person sees.
type Scope struct {
	Group int64 `query:"group" minimum:"0" doc:"The sites of a group. Without group and site: the widest that the key sees."`
	Site  int64 `query:"site" minimum:"0" doc:"One site."`
}

// of gives the scope in the ledger's words. CodeNotFound for a group that is not there or not theirs.
func (s Scope) of(ctx context.Context, c *caller) (ledger.Scope, error) {
	switch {
	case s.Site != 0:
		return ledger.Scope{Site: s.Site}, nil
	case s.Group != 0:
		_, err := c.Members(ctx, s.Group)
		return ledger.Scope{Group: s.Group}, err
	}
	return c.Home(ctx)
}

// AtSite is the part of an address that names a site, InGroup the one that names a group.
type AtSite struct {
	Site int64 `path:"site" minimum:"1"`
}

// InGroup names a group.
type InGroup struct {
	Group int64 `path:"group" minimum:"1"`
}

// Sites is a page of sites.
type Sites struct {
	Sites []Site `json:"sites"`
	Next  int64  `json:"next,omitempty" doc:"For after, where there are more."`
}

// sites are the operations on sites.
func sites(a *api) {
	type list struct {
		Scope
		Rollout ledger.Rollout `query:"rollout" enum:",entered,invited,shipped,installed,observing,protecting,silent" doc:"Those of one stage; silent boxes are silent."`
		After   int64          `query:"after" minimum:"0" doc:"The next of the page before."`
		Limit   int            `query:"limit" minimum:"1" maximum:"1000" default:"100"`
	}
	add(a, operation{id: "list-sites", method: "GET", path: "/sites", summary: "Where sites stand, by number", tag: "Sites", need: people.Read},
		func(ctx context.Context, c *caller, in *list) (Sites, error) {
			which, err := in.of(ctx, c)
			if err != nil {
				return Sites{}, err
			}
			all, err := c.Standings(ctx, which, a.Now())
			return pageOfSites(all, in.Rollout, in.After, in.Limit), err
		})
	add(a, operation{id: "get-site", method: "GET", path: "/sites/{site}", summary: "Where one site stands", tag: "Sites", need: people.Read},
		func(ctx context.Context, c *caller, in *AtSite) (Site, error) {
			s, err := c.Standing(ctx, in.Site, a.Now())
			return SiteOf(s), err
		})
	type contact struct {
		AtSite
		Body Contact
	}
	act(a, operation{id: "put-contact", method: "PUT", path: "/sites/{site}/contact", summary: "Who is told of a site's troubles", tag: "Sites", need: people.Enrol},
		func(ctx context.Context, c *caller, in *contact) error {
			s, err := c.View.Site(ctx, in.Site)
			if err == nil {
				s.Contact = ledger.Contact{Person: in.Body.Person, Mail: in.Body.Mail, Telephone: in.Body.Telephone}
				_, err = c.Enter(ctx, s)
			}
			return err
		})
}

// pageOfSites gives those after a number. The order by number is the same however skies change between two pages.
func pageOfSites(all []ledger.Standing, stage ledger.Rollout, after int64, limit int) Sites {
	all = slices.DeleteFunc(slices.Clone(all), func(s ledger.Standing) bool { return s.Number <= after || stage != "" && s.Rollout != stage })
	slices.SortFunc(all, func(x, y ledger.Standing) int { return cmp.Compare(x.Number, y.Number) })
	out := Sites{Sites: []Site{}}
	for _, s := range all[:min(limit, len(all))] {
		out.Sites = append(out.Sites, SiteOf(s))
	}
	if len(all) > limit {
		out.Next = all[limit-1].Number
	}
	return out
}
