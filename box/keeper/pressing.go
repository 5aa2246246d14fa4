package keeper

import (
	"cmp"
	"context"
	"errors"
	"net/netip"
	"slices"
	"time"

	abri "abri.example/abri"
	"abri.example/abri/box/order"
	"abri.example/abri/gate"
	"abri.example/abri/siege"
)

// Every how often the reader is told what presses on the site: in calm, which measures its habits and its line, and while
// something is held back and for as long after as a visitor takes to come again.
const (
	calmEvery  = time.Second
	pressEvery = time.Second / 4
	pressOver  = 5 * time.Second
)

// presser tells a reader what presses on the site: the differences between two looks at the gate's sieges. What one keeper did
// not tell when it ended is told by nobody: it is at most a second.
type presser struct {
	*Keeper
	news    *news
	before  map[front]glimpse // nil before the first look
	came    uint64            // bytes from outside, at the last look
	held    uint64            // packets held back as floods, at the last glance
	glanced int64             // when that was; of gate.Monotonic, as are the others
	loud    int64             // when something was last held back
	told    int64             // when it was last told
	lost    bool              // the gate could not be read
}

// glimpse is a siege as it was last seen, and from when to when something was held back in it without a pause.
type glimpse struct {
	gate.Siege
	first, latest int64
}

// next is what is seen of a siege then, nothing having been held back at an earlier glance that was not seen before.
func (s glimpse) next(now gate.Siege, glanced, at int64) glimpse {
	after := glimpse{now, s.first, s.latest}
	if now.Held.Packets == 0 || now.First == s.First && now.Held.Packets == s.Held.Packets {
		return after
	}
	if at-s.latest > int64(undecided) {
		after.first = max(now.First, glanced)
	}
	after.latest = at
	return after
}

// front is what a siege is known by.
type front struct {
	target   netip.Addr
	pressure gate.Pressure
	service  abri.Service
}

// run tells until ctx ends.
func (p *presser) run(ctx context.Context) error {
	tick := time.NewTicker(pressEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		if _, alive := p.news.life(); !alive {
			continue
		}
		err := p.press(gate.Monotonic())
		if err != nil && !p.lost {
			p.log.Error("what presses on the site can't be read", "err", err)
		}
		p.lost = err != nil
	}
}

// press tells what pressed, when that is due; also when it is nothing, for the line is measured by it.
func (p *presser) press(now int64) error {
	counted, err := p.gate.Counters()
	if err != nil {
		return err
	}
	if held := heldBack(counted); held != p.held {
		p.held, p.loud = held, now
	}
	before := p.glanced
	p.glanced = now
	// A tick that comes a little early is due too.
	if p.told > 0 && now-p.told < int64(calmEvery-pressEvery/2) && (p.loud == 0 || now-p.loud > int64(pressOver)) {
		return nil
	}
	out, err := p.since(counted, before, now)
	if err != nil {
		return err
	}
	p.told = now
	p.news.say(func(t *order.Teller) error { return errors.Join(t.Pressing(out), t.Flush()) })
	return nil
}

// heldBack is how many packets from outside were held back as floods, or would have been.
func heldBack(c gate.Counters) (packets uint64) {
	for _, r := range gate.Reasons {
		if r.Flood() {
			packets += c.Outside[r].Packets
		}
	}
	return packets
}

// since is what pressed since the last look.
func (p *presser) since(counted gate.Counters, glanced, at int64) (out order.Pressing, err error) {
	now, begun := map[front]glimpse{}, newManners(at)
	err = p.gate.Sieges(func(s *gate.Siege) {
		key := front{s.Target, s.Pressure, s.Service}
		now[key] = p.before[key].next(*s, glanced, at)
		begun.ask(key, now[key].first)
	})
	if err == nil && begun.asked() && p.flows.Load() <= mostLooked {
		err = p.gate.Look(begun.meet)
	}
	if err != nil {
		return out, err
	}
	would := p.gate.Mode() == abri.Observe
	for key, s := range now {
		if r := report(&s.Siege, p.before[key].Siege, would); p.before != nil && r.Arrived > 0 {
			r.Silent, r.Joined = begun.of(key)
			if s.first > 0 {
				r.Lasting = time.Duration(at - s.first)
			}
			out.Reports = append(out.Reports, r)
		}
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
