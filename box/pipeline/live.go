package pipeline

import (
	"net/netip"
	"time"

	"abri.example/abri"
	"abri.example/abri/box/order"
	"abri.example/abri/count"
	"abri.example/abri/flow"
	"abri.example/abri/packet"
)

// Copy takes one copied packet of a link. What was stopped is counted by Flow.
func (p *Pipeline) Copy(at time.Time, side abri.Side, fate order.Fate, frame []byte) {
	p.now, p.frame, p.held, p.refused = at, frame, 0, false
	packet.Decode(packet.Ethernet, frame, &p.headers)
	switch fate {
	case order.Passed:
		f := p.crossed(at, side)
		if p.headers.Fragment && f != nil && !p.names.Pending(&p.headers) {
			p.let(f)
		}
	case order.Asked: // the question crosses, and is told by itself
		if f, began := p.passed.Observe(at, side, &p.headers); f != nil && passes(f) {
			p.meet(at, side, began)
			p.names.Observe(at, f, &p.headers, p.hear)
		}
	default:
		if fate == order.Dropped && p.cuts.again(at, frame, &p.headers) {
			p.reread(at, side)
			return
		}
		_, began := p.stopped.Observe(at, side, &p.headers)
		p.meet(at, side, began)
	}
}

// crossed takes the packet under way as one that passes, and gives its flow.
func (p *Pipeline) crossed(at time.Time, side abri.Side) *flow.Flow {
	f, began := p.passed.Observe(at, side, &p.headers)
	if f != nil && !passes(f) {
		p.revive(at, f)
	}
	p.meet(at, side, began)
	if began {
		p.learnHead(side)
	}
	if f != nil && passes(f) {
		p.under = f
		p.show(at, f)
		p.under = nil
	}
	return f
}

// Record is one flow as the kernel counted it, with wall time.
type Record struct {
	flow.Record
	Fate           order.Fate
	Cause          order.Cause
	Packets, Bytes uint64 // since it was last told
	Began          bool   // it was never told before
}

// Flow takes the kernel's counters of one conversation.
func (p *Pipeline) Flow(r Record) {
	p.now = r.Last
	if r.Cause == order.ByBlock {
		p.counted(r)
		return
	}
	if r.Fate == order.Passed {
		f, began, up, down := p.passed.Count(r.Record)
		if c := p.cuts.of(r.Record); c != nil && !r.First.After(c.begun) {
			p.slipped(c, r)
			return
		}
		if f != nil && passes(f) {
			p.acts.meet(p.policy, p.now, f)
			p.sent(r.Last, f, began, up.Bytes, down.Bytes)
		}
		if f != nil && !passes(f) && r.Packets > 0 { // the name it asked for should have been stopped
			p.counter.Add(r.Last, count.Sighting{Finding: f.Finding, Outcome: p.outcome(f.Verdict.Action), Packets: r.Packets, Bytes: r.Bytes, Answered: f.Answered()})
		}
		return
	}
	r.Stopped = r.Fate == order.Dropped
	f, isNew, up, down := p.stopped.Count(r.Record)
	if f == nil || r.Packets == 0 {
		return
	}
	if !f.Judged {
		p.policy.Judge(r.Last, f)
	}
	s := count.Sighting{Finding: p.why(f, r), Outcome: abri.Blocked, Packets: r.Packets, Bytes: r.Bytes}
	if r.Fate == order.Would { // only what passed is an answer
		s.Outcome, s.Answered = abri.WouldBlock, f.Answered()
	}
	// The kernel remembers an attempt for ten minutes. One that the table knew, and let go as over, begins again.
	again := isNew && up.Packets+down.Packets < r.Up.Packets+r.Down.Packets
	p.tell(r.Last, f, s, r.Began || again)
}

// why is the finding behind what the kernel stopped. Mostly the policy knows it. Where the kernel is ahead (an entry
// just withdrawn) the kernel's own cause stands; a knock at the box's own door, or at a gate that fails closed, is
// noise.
func (p *Pipeline) why(f *flow.Flow, r Record) abri.Finding {
	if f.Finding.Kind != "" && r.Cause != order.ByIsolated {
		return f.Finding
	}
	x := f.FindingOf(abri.KnownAttacker, r.Last, abri.Why{Rule: abri.RuleList, Entry: netip.PrefixFrom(f.Outside, f.Outside.BitLen())})
	switch {
	case r.Cause == order.ByOwn:
		x.Kind, x.Noise, x.Why = abri.Scan, true, abri.Why{Rule: abri.RuleOwn}
	case r.Cause == order.ByClosed:
		x.Kind, x.Noise, x.Why = abri.Scan, true, abri.Why{}
	case r.Cause == order.ByIsolated:
		x.Kind, x.Noise, x.Why = abri.Scan, true, abri.Why{Rule: abri.RuleIsolated}
	case r.Cause == order.ByBan:
		x.Why = abri.Why{Rule: abri.RuleBan, Entry: x.Why.Entry}
	case f.Direction == abri.Out:
		x.Kind = abri.KnownDestination
	}
	return x
}
