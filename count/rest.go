package count

import (
	"net/netip"
	"slices"
	"time"

	"abri.example/abri"
)

// Beyond the hourly bound an attack has no row of its own: it becomes one of the rest, a row with a number. There is
// one such row an hour for each kind, side and outcome, so that points, families and the neutralised stay true: in
// practice one, and never more than a few dozen. Its number is exact to 4,096 attacks and within 5 % beyond.
//
// An attack of the rest that goes on in the next hour stays in its row and is not counted again, as long as the
// number is exact; it also keeps the outcome it came with: the neutralised are never overstated.

// rest is the row for the rest of the hour, made when there is none yet.
func (c *Counter) rest(at time.Time, k key, s Sighting) *row {
	rk := key{out: k.out, kind: k.kind, rest: outcome(s.Outcome), hour: c.hour}
	if r := c.rows[rk]; r != nil {
		return r
	}
	r := c.begin(at, rk, s)
	r.attack.Sources = 0
	r.many = &distinct{limit: sourcesWide}
	return r
}

// restOf is the open row of a rest that already holds the attack, nil when none is known to.
func (c *Counter) restOf(k key, at time.Time) *row {
	if len(c.rests) == 0 {
		return nil
	}
	h := k.hash(c.options.Seed)
	for _, r := range c.rests {
		if r.key.out == k.out && r.key.kind == k.kind && !c.over(r, at) && r.many.has(h) {
			return r
		}
	}
	return nil
}

// blend leaves in the row of a rest only what all of its attacks share.
func (r *row) blend(f abri.Finding) {
	a := &r.attack
	if a.Service != f.Service {
		a.Service = abri.Other
	}
	if a.Direction != f.Direction {
		a.Direction = abri.In // in and lan share a side
	}
	if a.Port != f.Port {
		a.Port = 0
	}
	if a.Proto != f.Proto {
		a.Proto = ""
	}
	if a.Outside != f.Outside {
		a.Outside = netip.Addr{}
	}
	if a.Inside != f.Inside {
		a.Inside = netip.Addr{}
	}
	if a.Why.Rule != f.Why.Rule || a.Why.List != f.Why.List {
		a.Why = abri.Why{}
	}
}

// forget takes a rest that ended off the list.
func (c *Counter) forget(r *row) {
	if i := slices.Index(c.rests, r); i >= 0 {
		c.rests = slices.Delete(c.rests, i, i+1)
	}
}
