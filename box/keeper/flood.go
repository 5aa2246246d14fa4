package keeper

import (
	"cmp"
	"net/netip"
	"slices"

	abri "abri.example/abri"
	"abri.example/abri/box/order"
	"abri.example/abri/gate"
	"abri.example/abri/siege"
)

// Flood has the gate hold floods back by the reader's bars.
func (k *Keeper) Flood(f order.Flood) error {
	var bars gate.Bars
	for _, p := range gate.Pressures {
		b := f.Bars[abri.Pressure(p.String())]
		bars[p] = gate.Bar{Source: gate.Pace(b.Source), Net: gate.Pace(b.Net), Target: gate.Pace(b.Target)}
	}
	if err := k.gate.Challenge(f.Challenge); err != nil {
		return err
	}
	k.connections.Store(int64(f.Connections))
	return k.gate.SetBars(&bars)
}

// pressing tells what presses on the site: the differences between two sweeps of the gate's sieges.
type pressing struct {
	before map[front]gate.Siege
	came   uint64 // bytes from outside, as counted at the last sweep
}

// front is what a siege is known by.
type front struct {
	target   netip.Addr
	pressure gate.Pressure
	service  abri.Service
}

// since is what pressed since the last sweep. What one keeper did not tell when it ended is told by nobody: it is at most a
// second.
func (p *pressing) since(g *gate.Gate, counted gate.Counters, would bool) (order.Pressing, error) {
	var out order.Pressing
	now := map[front]gate.Siege{}
	err := g.Sieges(func(s *gate.Siege) {
		key := front{s.Target, s.Pressure, s.Service}
		now[key] = *s
		if r := report(s, p.before[key], would); p.before != nil && r.Arrived > 0 {
			out.Reports = append(out.Reports, r)
		}
	})
	if err != nil {
		return out, err
	}
	slices.SortFunc(out.Reports, func(a, b siege.Report) int { return cmp.Compare(b.Held, a.Held) })
	came := uint64(0)
	for _, n := range counted.Outside {
		came += n.Bytes
	}
	if p.before != nil {
		out.Came = came - min(came, p.came)
	}
	p.before, p.came = now, came
	return out, nil
}

// report is what is new of a siege. Its numbers begin anew with another First, and so does what it has seen with another
// owner of its place.
func report(s *gate.Siege, before gate.Siege, would bool) siege.Report {
	if before.First != s.First {
		before.Held, before.Returned = gate.Count{}, 0
	}
	if s.Held.Packets == before.Held.Packets {
		s.Samples = nil // old ones
	}
	return siege.Report{
		Target: s.Target, Pressure: abri.Pressure(s.Pressure.String()), Service: s.Service, Would: would,
		Arrived: s.Seen - min(s.Seen, before.Seen), Held: s.Held.Packets - min(s.Held.Packets, before.Held.Packets),
		Bytes: s.Held.Bytes - min(s.Held.Bytes, before.Held.Bytes), Returned: s.Returned - min(s.Returned, before.Returned),
		Sources: s.Sources, Samples: s.Samples,
	}
}

// tellPressing tells a reader what presses, also when it is nothing: the line is measured by it.
func (s *sweeper) tellPressing(counted gate.Counters) error {
	p, err := s.pressing.since(s.gate, counted, s.gate.Mode() == abri.Observe)
	if err != nil {
		return err
	}
	s.news.say(func(t *order.Teller) error { return t.Pressing(p) })
	return nil
}
