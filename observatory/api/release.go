package api

import (
	"context"
	"time"

	"abri.example/abri/fleet"
	"abri.example/abri/observatory/ledger"
	"abri.example/abri/observatory/people"
)

// Release lets an address pass at a site, or at all of a group at once.
type Release struct {
	Address string `json:"address" maxLength:"60" doc:"An address, a /24 or a /56 at the most." example:"51.75.1.9"`
	Group   int64  `json:"group,omitempty" minimum:"0"`
	Site    int64  `json:"site,omitempty" minimum:"0"`
	Hours   int    `json:"hours,omitempty" minimum:"1" maximum:"2160" default:"24"`
}

// Released says at how many sites. Their boxes learn of it within half a minute.
type Released struct {
	Sites int       `json:"sites"`
	Until time.Time `json:"until"`
}

// releases is the operation that gives orders.
func releases(a *api) {
	type order struct{ Body Release }
	add(a, operation{id: "release", method: "POST", path: "/releases", summary: "Let an address pass at a site, or at all of a group at once", tag: "Orders", need: people.Release, status: 202},
		func(ctx context.Context, c *caller, in *order) (Released, error) {
			p, err := fleet.ParsePrefix(in.Body.Address)
			if err != nil {
				return Released{}, err
			}
			now, lasting := a.Now(), time.Duration(in.Body.Hours)*time.Hour
			n, err := c.Release(ctx, p, ledger.Scope{Group: in.Body.Group, Site: in.Body.Site}, now, lasting)
			return Released{n, now.Add(lasting).UTC()}, err
		})
}
