package view

import (
	"cmp"
	"context"
	"slices"
	"time"

	"abri.example/abri/observatory/ledger"
	"abri.example/abri/observatory/people"
)

// Mine is the scope of all that somebody has to do with who was given several groups and sites: each of their sites once.
// It means another thing for each person, and nothing to the ledger.
var Mine = ledger.Scope{Group: -1}

// mostMine is up to how many sites Mine is offered: its figures are added up site by site. Beyond it somebody looks at one
// of his groups at a time, whose totals are made.
const mostMine = 200

// HasMine reports whether the person has several places, which he may look at together.
func (v *View) HasMine(ctx context.Context) (bool, error) {
	if v.who.SeesAll() || !v.who.May(people.Read) || len(v.who.Scope.Groups)+len(v.who.Scope.Sites) < 2 {
		return false, nil
	}
	sites, err := v.mine(ctx)
	return len(sites) > 0 && len(sites) <= mostMine, err
}

// mine gives the person's sites, each once, in order.
func (v *View) mine(ctx context.Context) ([]int64, error) {
	sites := slices.Clone(v.who.Scope.Sites)
	for _, g := range v.who.Scope.Groups {
		members, err := v.ledger.Members(ctx, g)
		if err != nil {
			return nil, err
		}
		sites = append(sites, members...)
	}
	slices.Sort(sites)
	return slices.Compact(sites), nil
}

// standingsOfMine are those of each of the person's sites, by name.
func (v *View) standingsOfMine(ctx context.Context, now time.Time) ([]ledger.Standing, error) {
	sites, err := v.mine(ctx)
	if err != nil {
		return nil, err
	}
	var out []ledger.Standing
	for _, s := range sites {
		found, err := v.Standings(ctx, ledger.Scope{Site: s}, now)
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	slices.SortFunc(out, func(a, b ledger.Standing) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Number, b.Number))
	})
	return out, nil
}

// countMine adds up the figures of each of the person's sites, to the last report.
func (v *View) countMine(ctx context.Context, q ledger.Question) ([]ledger.Figure, error) {
	sites, err := v.mine(ctx)
	if err != nil {
		return nil, err
	}
	sum := map[string]ledger.Figure{}
	for _, s := range sites {
		q.Scope = ledger.Scope{Site: s}
		figures, err := v.ledger.Count(ctx, q)
		if err != nil {
			return nil, err
		}
		for _, f := range figures {
			t := sum[f.Word]
			sum[f.Word] = ledger.Figure{Word: f.Word, Attacks: t.Attacks + f.Attacks, Neutralised: t.Neutralised + f.Neutralised, WouldBlock: t.WouldBlock + f.WouldBlock}
		}
	}
	out := make([]ledger.Figure, 0, len(sum))
	for _, f := range sum {
		out = append(out, f)
	}
	slices.SortFunc(out, func(a, b ledger.Figure) int { return cmp.Compare(a.Word, b.Word) })
	return out, nil
}
