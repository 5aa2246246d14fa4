package keeper

import (
	"cmp"
	"net/netip"
	"slices"
	"time"

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

// crowd counts the connections that each source, and its network, holds at the site.
type crowd struct {
	sources, nets map[netip.Prefix]int
}

func newCrowd() *crowd { return &crowd{map[netip.Prefix]int{}, map[netip.Prefix]int{}} }

// A source's network may hold so many times as many connections; who has too many gets no other until the sweep after next.
const (
	crowdNet  = 4
	crowdTime = 5 * sweepEvery / 2
	idle      = 10 * time.Minute
)

// meet counts a conversation when it is an open connection from outside that the site answered.
func (c *crowd) meet(r *gate.FlowRecord, now int64) {
	const tcp, end = 6, 1 | 4 // FIN, RST
	if r.Proto != tcp || r.Side != abri.Outside || r.Down.Packets == 0 || (r.Up.Flags|r.Down.Flags)&end != 0 || now-r.Last > int64(idle) {
		return
	}
	source, net := 32, 24
	if r.Client.Addr().Is6() {
		source, net = 64, 48
	}
	if p, err := r.Client.Addr().Prefix(source); err == nil {
		c.sources[p]++
	}
	if p, err := r.Client.Addr().Prefix(net); err == nil {
		c.nets[p]++
	}
}

// hold has the gate give no other connection to those who hold more than most.
func (c *crowd) hold(g *gate.Gate, most int) error {
	if most <= 0 {
		return nil
	}
	until := gate.Monotonic() + int64(crowdTime)
	for _, of := range []struct {
		counts map[netip.Prefix]int
		most   int
	}{{c.sources, most}, {c.nets, crowdNet * most}} {
		for p, n := range of.counts {
			if n <= of.most {
				continue
			}
			if err := g.Crowd(p, until); err != nil {
				return err
			}
		}
	}
	return nil
}
