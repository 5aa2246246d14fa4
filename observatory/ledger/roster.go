package ledger

import (
	"context"
	"database/sql"
	"slices"
	"sync"
	"time"
)

// Roster holds where all sites stand, as of a moment ago, so that a map of 35,000 sites is drawn from memory. It is safe
// for concurrent use. Refresh it every few seconds; a reader never waits for that.
type Roster struct {
	ledger *Ledger

	mu   sync.RWMutex
	seen roll
}

// roll is what a roster saw at one moment. It is not changed once it is seen.
type roll struct {
	as     time.Time
	whole  time.Time        // when all of it was read
	counts rollCounts       // as they were then
	all    []Standing       // by name
	at     map[int64]int    // the place of each site
	groups map[int64][]bool // of a group, by the place in all
	latest time.Time        // when the last report came
	next   time.Time        // when the next site becomes silent, if it tells nothing
}

// wholeEvery is how often all is read anew; between, who told something. Sites, groups and boxes that come and go are seen
// at once by their counts, and what else people enter within this time.
const wholeEvery = time.Minute

// clocksApart is by how much the clocks of several processes may differ until a report is seen late, with the next whole.
const clocksApart = 10 * time.Second

// NewRoster makes an empty roster.
func NewRoster(l *Ledger) *Roster { return &Roster{ledger: l} }

// Refresh reads who told something since, or all of it.
func (r *Roster) Refresh(ctx context.Context, now time.Time) error {
	r.mu.RLock()
	seen := r.seen
	r.mu.RUnlock()
	counts, err := r.ledger.rollCounts(ctx)
	if err != nil {
		return err
	}
	if seen.whole.IsZero() || counts != seen.counts || now.Sub(seen.whole) >= wholeEvery || now.Before(seen.as) {
		seen, err = r.ledger.readRoll(ctx, now, len(seen.all))
	} else {
		err = seen.learn(ctx, r.ledger, now)
	}
	if err != nil {
		return err
	}
	seen.counts = counts
	r.mu.Lock()
	defer r.mu.Unlock()
	r.seen = seen
	return nil
}

// readRoll reads all of it. About says how many sites there may be.
func (l *Ledger) readRoll(ctx context.Context, now time.Time, about int) (roll, error) {
	all, err := l.standings(ctx, Scope{}, time.Time{}, now, about)
	if err != nil {
		return roll{}, err
	}
	v := roll{as: now, whole: now, all: all, at: make(map[int64]int, len(all)), groups: map[int64][]bool{}}
	for i, s := range all {
		v.at[s.Number] = i
	}
	pairs, err := l.memberships(ctx)
	for _, p := range pairs {
		if i, ok := v.at[p[0]]; ok {
			if v.groups[p[1]] == nil {
				v.groups[p[1]] = make([]bool, len(all))
			}
			v.groups[p[1]][i] = true
		}
	}
	v.look()
	return v, err
}

// learn takes in who told something since, and who became silent.
func (v *roll) learn(ctx context.Context, l *Ledger, now time.Time) error {
	told, err := l.standings(ctx, Scope{}, v.latest.Add(-clocksApart), now, 0)
	if err != nil {
		return err
	}
	v.as = now
	if len(told) == 0 && now.Before(v.next) {
		return nil
	}
	v.all = slices.Clone(v.all)
	for _, s := range told {
		if i, ok := v.at[s.Number]; ok {
			v.all[i] = s
		}
	}
	for i := range v.all {
		v.all[i].age(now)
	}
	v.look()
	return nil
}

// look finds when the last report came, and when the next site becomes silent.
func (v *roll) look() {
	v.next = v.as.Add(SilentAfter)
	for i := range v.all {
		s := &v.all[i]
		if s.Heard.After(v.latest) {
			v.latest = s.Heard
		}
		if s.Rollout != Silent && !s.Heard.IsZero() && s.Heard.Add(SilentAfter).Before(v.next) {
			v.next = s.Heard.Add(SilentAfter)
		}
	}
}

// rollCounts change when a site, a box or a member of a group comes or goes, and when a box's state does.
type rollCounts struct{ sites, members, boxes, confirmed, revoked, suspect int64 }

func (l *Ledger) rollCounts(ctx context.Context) (c rollCounts, err error) {
	for _, q := range []struct {
		text string
		into []any
	}{
		{`SELECT COUNT(*) FROM sites`, []any{&c.sites}},
		{`SELECT COUNT(*) FROM members`, []any{&c.members}},
		{`SELECT COUNT(*), COALESCE(SUM(CASE WHEN state = 'confirmed' THEN 1 ELSE 0 END), 0), COALESCE(SUM(CASE WHEN state = 'revoked' THEN 1 ELSE 0 END), 0),
			COALESCE(SUM(CASE WHEN suspicion <> '' THEN 1 ELSE 0 END), 0) FROM boxes`, []any{&c.boxes, &c.confirmed, &c.revoked, &c.suspect}},
	} {
		if _, err := query(ctx, l.read, func(r *sql.Rows) (struct{}, error) { return struct{}{}, r.Scan(q.into...) }, q.text); err != nil {
			return c, l.explain("reading", err)
		}
	}
	return c, nil
}

// Standings gives where the sites of a scope stood, by name, and when that was: the zero time before the first Refresh.
// One that was silent since is fog by now. Many may share what it gives: do not write to it.
func (r *Roster) Standings(scope Scope, now time.Time) ([]Standing, time.Time) {
	r.mu.RLock()
	v := r.seen
	r.mu.RUnlock()
	out := v.all
	switch {
	case scope.Site != 0:
		out = nil
		if i, ok := v.at[scope.Site]; ok {
			out = v.all[i : i+1 : i+1]
		}
	case scope.Group != 0:
		out = nil
		for i, in := range v.groups[scope.Group] {
			if in {
				out = append(out, v.all[i])
			}
		}
	}
	if now.After(v.next) {
		out = slices.Clone(out)
		for i := range out {
			out[i].age(now)
		}
	}
	return out, v.as
}
