package count

import (
	"net/netip"
	"time"

	"abri.example/abri"
)

// row is an open attack.
type row struct {
	key    key
	attack abri.Attack
	dirty  bool // changed since the last Changed
	// many numbers what a row is made of, and is nil where that is always one: the sources of a flood, the attacks of a
	// rest. before is the number from before a restart, which the sketch does not know.
	many   *distinct
	before uint64
}

// begin opens the row of a new attack. Its figures come with merge.
func (c *Counter) begin(at time.Time, k key, s Sighting) *row {
	f := s.Finding
	r := &row{key: k, attack: abri.Attack{
		ID:        k.identity(c.options.Seed, at),
		Kind:      f.Kind,
		Service:   f.Service,
		Direction: f.Direction,
		Outside:   f.Outside.Unmap().WithZone(""),
		Inside:    f.Inside.Unmap().WithZone(""),
		Port:      f.Port,
		Proto:     f.Proto,
		First:     at,
		Last:      at,
		Day:       abri.DayOf(at, c.options.Location),
		Sources:   1,
		Outcome:   outcome(s.Outcome),
		Why:       f.Why,
	}}
	if f.Kind.OneRowPerTarget() && k.rest == "" {
		r.many = c.sketch()
	}
	c.hurries = c.hurries || f.Kind.Family() == abri.Denial
	c.enter(r)
	return r
}

// enter puts a row among the open ones.
func (c *Counter) enter(r *row) {
	c.rows[r.key] = r
	if r.key.rest == "" {
		c.open[r.key.side()]++
	} else {
		c.rests = append(c.rests, r)
	}
	c.await(r)
}

// merge adds a sighting to its row.
func (c *Counter) merge(r *row, at time.Time, s Sighting) {
	a := &r.attack
	if at.After(a.Last) {
		a.Last = at
	}
	a.Attempts += s.Attempts
	a.Packets += s.Packets
	a.Bytes += s.Bytes
	a.Answered = a.Answered || s.Answered && r.key.out
	if r.key.rest != "" {
		r.blend(s.Finding)
		return
	}
	if a.Device == "" && a.Direction != abri.In && c.options.Device != nil {
		a.Device = c.options.Device(a.Inside)
	}
	o := outcome(s.Outcome)
	worse := rank(o) > rank(a.Outcome)
	listed := s.Finding.Why.Rule == abri.RuleList && a.Why.Rule != abri.RuleList
	if worse {
		a.Outcome = o
	}
	newer := s.Sources > 0 && !worse && rank(o) == rank(a.Outcome) // the same numbers, grown
	if s.Sources > 0 && a.Kind == abri.Flood {                     // of an amplification, what was answered by is told first
		a.Service, a.Port = s.Finding.Service, s.Finding.Port // who numbered them knows at what; the packet that told first may have been a visitor's
	}
	if newer && a.Why.Rule != abri.RuleList {
		a.Why = s.Finding.Why
	}
	if listed || worse && a.Why.Rule != abri.RuleList {
		a.Why = s.Finding.Why // the strongest reason stands: a list, else that of the worst outcome
	}
}

// number counts the source of a flood, or the attack of a rest.
func (c *Counter) number(r *row, k key, s *Sighting) {
	f := &s.Finding
	a := &r.attack
	if r.key.rest != "" {
		r.many.add(k.hash(c.options.Seed))
		a.Rest = r.before + r.many.count()
		return
	}
	if s.Sources > 0 {
		r.before = max(r.before, s.Sources)
	} else {
		r.many.add(c.source(k, f.Outside, f.Inside))
	}
	a.Sources = max(r.before, r.many.count())
	if a.Sources > 1 && r.key.out {
		a.Inside = netip.Addr{}
	} else if a.Sources > 1 {
		a.Outside = netip.Addr{} // sources of a flood are often forged: one of many is not to be named
	}
}

// source is the hash of the end that a flood comes from.
func (c *Counter) source(k key, outside, inside netip.Addr) uint64 {
	from := outside
	if k.out {
		from = inside
	}
	return hash(c.options.Seed, from.Unmap().WithZone("").AsSlice())
}

// outcome takes an unknown word for the mildest.
func outcome(o abri.Outcome) abri.Outcome {
	if rank(o) == 0 {
		return abri.Observed
	}
	return o
}

// rank orders the outcomes: an attack's own only rises.
func rank(o abri.Outcome) int {
	switch o {
	case abri.Blocked:
		return 2
	case abri.WouldBlock:
		return 1
	}
	return 0
}
