package count

import (
	"slices"

	"abri.example/abri"
)

// Restore takes up the open attacks from the store after a restart: the same ids go on, and the rows of the running
// hour count towards its bound. Call it once, before the first Add. Attacks that ended are left out; of two that are the
// same attack, the older one ends. What a sketch knew is lost: sources are counted anew and never fall, and the rest
// of an hour goes on from its number.
func (c *Counter) Restore(attacks []abri.Attack) {
	byLast := slices.SortedStableFunc(slices.Values(attacks), func(a, b abri.Attack) int {
		return a.Last.Compare(b.Last)
	})
	for _, a := range byLast {
		if a.Ended {
			continue
		}
		r := c.revive(a)
		if older := c.rows[r.key]; older != nil {
			c.end(older)
		}
		c.enter(r)
		if r.key.rest == "" {
			c.claim(r)
		}
	}
}

// revive makes the row of a stored attack.
func (c *Counter) revive(a abri.Attack) *row {
	if a.Rest > 0 {
		k := key{out: a.Direction == abri.Out, kind: a.Kind, rest: outcome(a.Outcome), hour: a.First.Unix() / 3600}
		return &row{key: k, attack: a, many: &distinct{limit: sourcesWide}, before: a.Rest}
	}
	r := &row{key: keyOf(a.Kind, a.Service, a.Direction, a.Outside, a.Inside), attack: a}
	if a.Kind.OneRowPerTarget() {
		r.many, r.before = c.sketch(), a.Sources
		if a.Sources == 1 {
			r.many.add(c.source(r.key, a.Outside, a.Inside))
		}
	}
	return r
}

// claim counts a restored row towards the bound of its hour, when that is the newest.
func (c *Counter) claim(r *row) {
	h := r.attack.First.Unix() / 3600
	if h < c.hour {
		return
	}
	c.turn(r.attack.First)
	c.begun[r.key.side()]++
}
