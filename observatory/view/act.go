package view

import (
	"context"
	"net/netip"
	"time"

	"abri.example/abri"
	"abri.example/abri/fleet"
	"abri.example/abri/observatory/ledger"
	"abri.example/abri/observatory/people"
)

// Release lets an address pass at all sites of a scope at once, or at none, and gives how many they are. The boxes learn
// of it within half a minute. CodeRefused for what boxes do not take from afar.
func (v *View) Release(ctx context.Context, p netip.Prefix, scope ledger.Scope, now time.Time, lasting time.Duration) (int, error) {
	if err := v.check(ctx, scope); err != nil {
		return 0, err
	}
	if err := v.Need(people.Release); err != nil {
		return 0, err
	}
	sites := []int64{scope.Site}
	switch {
	case scope == Mine:
		var err error
		if sites, err = v.mine(ctx); err != nil {
			return 0, err
		}
	case scope.Group != 0: // whoever sees a group has to do with each of its sites
		var err error
		if sites, err = v.ledger.Members(ctx, scope.Group); err != nil {
			return 0, err
		}
	case scope.Site == 0:
		return 0, &abri.Error{Code: abri.CodeInvalid, What: "at which sites", Remedy: "choose a site or a group"}
	}
	o := fleet.Order{Verb: fleet.VerbRelease, Prefix: p, Until: now.Add(lasting), By: v.who.Name}
	if err := o.Check(now); err != nil {
		return 0, &abri.Error{Code: abri.CodeRefused, Place: p.String(), What: "boxes do not take this from afar", Err: err}
	}
	return v.ledger.Ask(ctx, o, now, sites...)
}

// Confirm takes in the box of a site that waits with these words.
func (v *View) Confirm(ctx context.Context, site int64, words string, now time.Time) (ledger.Box, error) {
	if err := v.MayAt(ctx, people.Confirm, site); err != nil {
		return ledger.Box{}, err
	}
	return v.ledger.Confirm(ctx, site, words, v.who.Name, now)
}

// Waiting gives the boxes of a scope that wait for the person who compares their words.
func (v *View) Waiting(ctx context.Context, scope ledger.Scope, now time.Time) ([]ledger.Box, error) {
	all, err := v.Standings(ctx, scope, now)
	if err != nil {
		return nil, err
	}
	var out []ledger.Box
	for _, s := range all {
		if !s.Waiting {
			continue
		}
		boxes, err := v.ledger.BoxesOf(ctx, s.Number)
		if err != nil {
			return nil, err
		}
		for _, b := range boxes {
			if b.State == ledger.Candidate {
				out = append(out, b)
			}
		}
	}
	return out, nil
}
