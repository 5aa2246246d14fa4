package ledger

import (
	"context"
	"slices"
	"sync"
	"time"
)

// Roster holds where all sites stand, as of a moment ago, so that a map of 35,000 sites is drawn from memory. It is safe
// for concurrent use. Refresh it every few seconds; a reader never waits for that.
type Roster struct {
	ledger *Ledger

	mu     sync.RWMutex
	as     time.Time
	all    []Standing       // by name
	groups map[int64][]bool // of a group, by the place in all
}

// NewRoster makes an empty roster.
func NewRoster(l *Ledger) *Roster { return &Roster{ledger: l} }

// Refresh reads all of it anew.
func (r *Roster) Refresh(ctx context.Context, now time.Time) error {
	all, err := r.ledger.Standings(ctx, Scope{}, now)
	if err != nil {
		return err
	}
	at := make(map[int64]int, len(all))
	for i, s := range all {
		at[s.Number] = i
	}
	pairs, err := r.ledger.memberships(ctx)
	if err != nil {
		return err
	}
	groups := map[int64][]bool{}
	for _, p := range pairs {
		if i, ok := at[p[0]]; ok {
			if groups[p[1]] == nil {
				groups[p[1]] = make([]bool, len(all))
			}
			groups[p[1]][i] = true
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.as, r.all, r.groups = now, all, groups
	return nil
}

// Standings gives where the sites of a scope stood, by name, and when that was: the zero time before the first Refresh.
// One that was silent since is fog by now.
func (r *Roster) Standings(scope Scope, now time.Time) ([]Standing, time.Time) {
	r.mu.RLock()
	all, groups, as := r.all, r.groups, r.as
	r.mu.RUnlock()
	var out []Standing
	switch {
	case scope.Site != 0:
		if i := slices.IndexFunc(all, func(s Standing) bool { return s.Number == scope.Site }); i >= 0 {
			out = []Standing{all[i]}
		}
	case scope.Group != 0:
		for i, in := range groups[scope.Group] {
			if in {
				out = append(out, all[i])
			}
		}
	default:
		out = slices.Clone(all)
	}
	for i := range out {
		out[i].age(now)
	}
	return out, as
}
