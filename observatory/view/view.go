// Package view is an observatory as one person may see it and act in it. Pages, figures, tiles, the live feed, programs
// and forms all ask here, and nowhere else: so a role and its scope are minded in one place.
//
// What lies outside a person's scope is answered as what is not there is: with the same error, in the same words. Nobody
// but an administrator gets a sum over more than his own groups and sites, so that there is nothing to subtract.
//
// Its borders: it asks package people whether, and the ledger what. It has no clock.
package view

import (
	"context"
	"slices"
	"strconv"
	"time"

	"abri.example/abri"
	"abri.example/abri/observatory/ledger"
	"abri.example/abri/observatory/people"
)

// View is what one person sees. It is safe for concurrent use, and meant for one request: what changes in a person's
// role is seen by the next.
type View struct {
	ledger *ledger.Ledger
	roster *ledger.Roster
	who    people.Person
}

// Of gives the view of a person. roster may be nil: the ledger is read each time.
func Of(l *ledger.Ledger, roster *ledger.Roster, who people.Person) *View {
	return &View{l, roster, who}
}

// Who is the person whose view it is.
func (v *View) Who() people.Person { return v.who }

// The two errors that a foreign thing and one that is not there share.
func noGroup() error { return &abri.Error{Code: abri.CodeNotFound, What: "there is no such group"} }
func noSite(number int64) error {
	return &abri.Error{Code: abri.CodeNotFound, What: "there is no site " + strconv.FormatInt(number, 10)}
}

// Need refuses an action on the whole that the person's role does not have. CodeRefused.
func (v *View) Need(a people.Action) error {
	if !v.who.May(a) {
		return &abri.Error{Code: abri.CodeRefused, What: "your role does not allow this", Remedy: "ask an administrator of the observatory"}
	}
	return nil
}

// MayAt reports whether the person may do something at a site. CodeNotFound for a site that is foreign or not there,
// CodeRefused for one that he sees and may not do this at.
func (v *View) MayAt(ctx context.Context, a people.Action, site int64) error {
	groups, err := v.ledger.GroupsOf(ctx, site)
	if err != nil {
		return err
	}
	if !v.who.MayAt(people.Read, site, groups) {
		return noSite(site)
	}
	if !v.who.MayAt(a, site, groups) {
		return v.Need(a)
	}
	return nil
}

// check refuses a scope that is not the person's to see.
func (v *View) check(ctx context.Context, s ledger.Scope) error {
	switch {
	case s == Mine:
		if ok, err := v.HasMine(ctx); err != nil || ok {
			return err
		}
		return noGroup()
	case s.Site != 0:
		return v.MayAt(ctx, people.Read, s.Site)
	case s.Group != 0 && !v.who.SeesGroup(s.Group), s.Group == 0 && !v.who.SeesAll():
		return noGroup()
	}
	return nil
}

// Groups gives the groups that the person sees, by sort and name.
func (v *View) Groups(ctx context.Context) ([]ledger.Group, error) {
	all, err := v.ledger.Groups(ctx)
	return slices.DeleteFunc(all, func(g ledger.Group) bool { return !v.who.SeesGroup(g.Number) }), err
}

// Home is the widest that the person sees: everybody, or else all of his, the first of his groups, or of his sites.
func (v *View) Home(ctx context.Context) (ledger.Scope, error) {
	if v.who.SeesAll() {
		return ledger.Scope{}, nil
	}
	if ok, err := v.HasMine(ctx); err != nil || ok {
		return Mine, err
	}
	groups, err := v.Groups(ctx)
	switch {
	case err != nil:
		return ledger.Scope{}, err
	case len(groups) > 0:
		return ledger.Scope{Group: groups[0].Number}, nil
	case len(v.who.Scope.Sites) > 0 && v.who.May(people.Read):
		return ledger.Scope{Site: v.who.Scope.Sites[0]}, nil
	}
	return ledger.Scope{}, noGroup()
}

// Places gives all that the person may look at as a whole: groups, and sites that were given to him one by one.
func (v *View) Places(ctx context.Context) ([]ledger.Group, []ledger.Site, error) {
	groups, err := v.Groups(ctx)
	if err != nil || v.who.SeesAll() {
		return groups, nil, err
	}
	var sites []ledger.Site
	for _, n := range v.who.Scope.Sites {
		s, err := v.Site(ctx, n)
		if abri.CodeOf(err) == abri.CodeNotFound {
			continue // it was taken away since
		}
		if err != nil {
			return nil, nil, err
		}
		sites = append(sites, s)
	}
	return groups, sites, nil
}

// Standings gives where the sites of a scope stand, by name.
func (v *View) Standings(ctx context.Context, s ledger.Scope, now time.Time) ([]ledger.Standing, error) {
	if err := v.check(ctx, s); err != nil {
		return nil, err
	}
	if s == Mine {
		return v.standingsOfMine(ctx, now)
	}
	if v.roster != nil {
		if all, as := v.roster.Standings(s, now); !as.IsZero() {
			return all, nil
		}
	}
	return v.ledger.Standings(ctx, s, now)
}

// Standing gives where one site stands, from the ledger: to the last report.
func (v *View) Standing(ctx context.Context, site int64, now time.Time) (ledger.Standing, error) {
	if err := v.MayAt(ctx, people.Read, site); err != nil {
		return ledger.Standing{}, err
	}
	found, err := v.ledger.Standings(ctx, ledger.Scope{Site: site}, now)
	if err == nil && len(found) == 0 {
		err = noSite(site)
	}
	if err != nil {
		return ledger.Standing{}, err
	}
	return found[0], nil
}

// Site gives what is known of a site.
func (v *View) Site(ctx context.Context, number int64) (ledger.Site, error) {
	if err := v.MayAt(ctx, people.Read, number); err != nil {
		return ledger.Site{}, err
	}
	return v.ledger.Site(ctx, number)
}

// Count answers a question over a scope that the person sees.
func (v *View) Count(ctx context.Context, q ledger.Question) ([]ledger.Figure, error) {
	if err := v.check(ctx, q.Scope); err != nil {
		return nil, err
	}
	if q.Scope == Mine {
		return v.countMine(ctx, q)
	}
	return v.ledger.Count(ctx, q)
}

// Days gives the days of a site.
func (v *View) Days(ctx context.Context, site int64, from, to abri.Day) ([]ledger.SiteDay, error) {
	if err := v.MayAt(ctx, people.Read, site); err != nil {
		return nil, err
	}
	return v.ledger.Days(ctx, site, from, to)
}

// AttacksAfter is Attacks from a mark on.
func (v *View) AttacksAfter(ctx context.Context, site int64, from, to abri.Day, after ledger.Mark, limit int) ([]ledger.SiteAttack, error) {
	if err := v.MayAt(ctx, people.Read, site); err != nil {
		return nil, err
	}
	return v.ledger.AttacksAfter(ctx, site, from, to, after, limit)
}

// Attacks gives at most limit attacks of a site, the last first.
func (v *View) Attacks(ctx context.Context, site int64, from, to abri.Day, limit int) ([]ledger.SiteAttack, error) {
	if err := v.MayAt(ctx, people.Read, site); err != nil {
		return nil, err
	}
	return v.ledger.Attacks(ctx, site, from, to, limit)
}
