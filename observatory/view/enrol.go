package view

import (
	"context"
	"slices"
	"time"

	"abri.example/abri/fleet"
	"abri.example/abri/observatory/audit"
	"abri.example/abri/observatory/invitation"
	"abri.example/abri/observatory/ledger"
	"abri.example/abri/observatory/people"
)

// Enter enters a site, or changes what is known of one, its contact included. It gives the site's number.
func (v *View) Enter(ctx context.Context, s ledger.Site) (int64, error) {
	if err := v.Need(people.Enrol); err != nil {
		return 0, err
	}
	s.Number = ledger.SiteNumber(s.Sort, s.Code)
	return s.Number, v.ledger.PutSites(ctx, s)
}

// Invite makes an invitation for the box of a site that is entered.
func (v *View) Invite(ctx context.Context, site int64, lasting time.Duration, now time.Time) (fleet.Token, error) {
	if err := v.enrols(ctx, site); err != nil {
		return fleet.Token{}, err
	}
	return invitation.Make(ctx, v.ledger, site, lasting, v.who.Name, now)
}

// Ship notes that a site's box was sent.
func (v *View) Ship(ctx context.Context, site int64, now time.Time) error {
	if err := v.enrols(ctx, site); err != nil {
		return err
	}
	return v.ledger.Ship(ctx, site, now)
}

// Revoke takes a box out, at once.
func (v *View) Revoke(ctx context.Context, box fleet.Identity) error {
	if err := v.enrols(ctx, box.Site); err != nil {
		return err
	}
	return v.ledger.Revoke(ctx, box)
}

// Boxes gives the boxes of a site, the last to ask first.
func (v *View) Boxes(ctx context.Context, site int64) ([]ledger.Box, error) {
	if _, err := v.Site(ctx, site); err != nil {
		return nil, err
	}
	return v.ledger.BoxesOf(ctx, site)
}

// enrols refuses to enrol at a site that is not there, or by who may not.
func (v *View) enrols(ctx context.Context, site int64) error {
	if _, err := v.Site(ctx, site); err != nil {
		return err
	}
	return v.MayAt(ctx, people.Enrol, site)
}

// PutGroup enters a group or gives it another name; it gives the group's number.
func (v *View) PutGroup(ctx context.Context, g ledger.Group) (int64, error) {
	if err := v.Need(people.Manage); err != nil {
		return 0, err
	}
	return v.ledger.PutGroup(ctx, g)
}

// Join puts a site into a group, Leave takes it out.
func (v *View) Join(ctx context.Context, group, site int64) error {
	if err := v.groups(ctx, group, site); err != nil {
		return err
	}
	return v.ledger.Join(ctx, group, site)
}

// Leave takes a site out of a group.
func (v *View) Leave(ctx context.Context, group, site int64) error {
	if err := v.groups(ctx, group, site); err != nil {
		return err
	}
	return v.ledger.Leave(ctx, group, site)
}

// groups refuses to change a group that is not there, or with a site that is not, or by who may not.
func (v *View) groups(ctx context.Context, group, site int64) error {
	if err := v.Need(people.Manage); err != nil {
		return err
	}
	if _, err := v.Site(ctx, site); err != nil {
		return err
	}
	return v.hasGroup(ctx, group)
}

// hasGroup refuses a group that is foreign or not there.
func (v *View) hasGroup(ctx context.Context, group int64) error {
	all, err := v.Groups(ctx)
	if err == nil && !slices.ContainsFunc(all, func(g ledger.Group) bool { return g.Number == group }) {
		err = noGroup()
	}
	return err
}

// Members gives the sites of a group that the person sees as a whole.
func (v *View) Members(ctx context.Context, group int64) ([]int64, error) {
	if err := v.hasGroup(ctx, group); err != nil {
		return nil, err
	}
	return v.ledger.Members(ctx, group)
}

// Journal gives at most limit entries of the audit log, the last first: those before a number, or with 0 the latest.
func (v *View) Journal(ctx context.Context, before uint64, limit int) ([]audit.Entry, error) {
	if err := v.Need(people.Audit); err != nil {
		return nil, err
	}
	return v.ledger.Audit(ctx, before, limit)
}
