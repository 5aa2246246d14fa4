// Package pipeline is one packet's way through the reader, the same for a link and for a capture file:
//
//	bytes → packet.Decode → flow.Table → detect → policy → count.Counter
//
// From a capture every packet comes whole, and each is counted (Packet). On a link the gate copies only what is worth
// reading (Copy), and counts all of it itself (Flow): what passed goes to the detectors; what was stopped, or would
// have been, becomes an attack with the kernel's own numbers.
//
// Its borders: no clock, no disk, no network; time is an argument. It decides nothing: it composes the rooms that do.
package pipeline

import (
	"net/netip"
	"time"

	abri "abri.example/abri"
	"abri.example/abri/box/order"
	"abri.example/abri/count"
	"abri.example/abri/detect"
	"abri.example/abri/flow"
	"abri.example/abri/packet"
	"abri.example/abri/policy"
)

// Options says what a Pipeline is made of. Detectors run in their order; Flows bounds each of the two flow tables.
type Options struct {
	Policy    *policy.Policy
	Detectors []detect.Detector
	Counter   *count.Counter
	Home      flow.Home
	Flows     int
	Live      bool // counters come from the kernel by Flow; packets are copies
}

// Pipeline is not safe for concurrent use.
type Pipeline struct {
	policy    *policy.Policy
	detectors []detect.Detector
	counter   *count.Counter
	live      bool

	passed  *flow.Table
	stopped *flow.Table // live only: what the kernel dropped, or would have

	now     time.Time
	headers packet.Headers
	emit    func(abri.Finding) // found, made once: a method value made for each packet is garbage for each packet
	packets uint64
	bytes   uint64
}

// New gives a Pipeline.
func New(o Options) *Pipeline {
	p := &Pipeline{policy: o.Policy, detectors: o.Detectors, counter: o.Counter, live: o.Live}
	p.emit = p.found
	p.passed = flow.NewTable(flow.Options{Max: o.Flows, Home: o.Home, Counted: o.Live, Early: p.ended})
	if o.Live {
		p.stopped = flow.NewTable(flow.Options{Max: o.Flows, Home: o.Home, Counted: true})
	}
	return p
}

// SetPolicy judges new flows by another policy from now on.
func (p *Pipeline) SetPolicy(next *policy.Policy) { p.policy = next }

// Seen is how many packets and bytes (of frames) a replay has taken in.
func (p *Pipeline) Seen() (packets, bytes uint64) { return p.packets, p.bytes }

// Packet takes one packet of a capture: it is judged and counted. Length is that on the wire, in bytes.
func (p *Pipeline) Packet(at time.Time, link packet.Link, frame []byte, length int) {
	p.packets++
	p.bytes += uint64(length)
	p.now = at
	packet.Decode(link, frame, &p.headers)
	f, began := p.passed.Observe(at, abri.SideUnknown, &p.headers)
	if f == nil {
		return
	}
	if !f.Judged {
		p.policy.Judge(at, f)
	}
	if passes(f) {
		p.show(at, f)
		return
	}
	s := count.Sighting{Finding: f.Finding, Outcome: abri.WouldBlock, Packets: 1, Bytes: uint64(p.headers.Length), Answered: answered(f)}
	if began {
		s.Attempts = 1
	}
	p.counter.Add(at, s)
}

// Copy takes one copied packet of a link. What was stopped is counted by Flow.
func (p *Pipeline) Copy(at time.Time, side abri.Side, fate order.Fate, frame []byte) {
	p.now = at
	packet.Decode(packet.Ethernet, frame, &p.headers)
	if fate != order.Passed {
		p.stopped.Observe(at, side, &p.headers)
		return
	}
	if f, _ := p.passed.Observe(at, side, &p.headers); f != nil {
		p.show(at, f)
	}
}

// show lets the detectors see a packet in its flow.
func (p *Pipeline) show(at time.Time, f *flow.Flow) {
	for _, d := range p.detectors {
		d.Observe(at, f, &p.headers, p.emit)
	}
}

// passes reports whether nothing stops the flow. What is stopped never takes place, and the detectors, on a link and
// in a capture alike, don't see it.
func passes(f *flow.Flow) bool { return f.Verdict.Action == abri.ActPass || f.Verdict.Action == "" }

// ended lets the detectors see the end of a flow.
func (p *Pipeline) ended(f *flow.Flow) {
	if !passes(f) {
		return
	}
	for _, d := range p.detectors {
		d.End(p.now, f, p.emit)
	}
}

// found has a detector's finding judged and counted.
func (p *Pipeline) found(f abri.Finding) {
	outcome := abri.Observed
	if v := p.policy.Decide(f.At, f); v.Action != abri.ActPass && !f.Noise {
		outcome = abri.WouldBlock
	}
	p.counter.Add(f.At, count.Sighting{Finding: f, Outcome: outcome, Attempts: 1})
}

// Tick ends what has been quiet for long enough. A link calls it every second; a replay now and then, by the capture's
// clock.
func (p *Pipeline) Tick(now time.Time) {
	p.now = now
	p.passed.Expire(now, p.ended)
	if p.stopped != nil {
		p.stopped.Expire(now, func(*flow.Flow) {})
	}
	p.counter.Tick(now)
}

// Flush ends every conversation, at the end of a capture.
func (p *Pipeline) Flush() { p.passed.Flush(p.ended) }

// answered reports whether the far end of a conversation that began inside took part in it.
func answered(f *flow.Flow) bool { return f.Direction == abri.Out && f.Answered() }

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
	if r.Fate == order.Passed {
		p.passed.Count(r.Record)
		return
	}
	f, _, _, _ := p.stopped.Count(r.Record)
	if f == nil || r.Packets == 0 {
		return
	}
	if !f.Judged {
		p.policy.Judge(r.Last, f)
	}
	s := count.Sighting{Finding: p.why(f, r), Outcome: abri.Blocked, Packets: r.Packets, Bytes: r.Bytes, Answered: answered(f)}
	if r.Fate == order.Would {
		s.Outcome = abri.WouldBlock
	}
	if r.Began {
		s.Attempts = 1
	}
	s.Finding.At = r.Last
	p.counter.Add(r.Last, s)
}

// why is the finding behind what the kernel stopped. Mostly the policy knows it. Where the kernel is ahead (an entry
// just withdrawn) the kernel's own cause stands; a knock at the box's own door, or at a gate that fails closed, is
// noise.
func (p *Pipeline) why(f *flow.Flow, r Record) abri.Finding {
	if f.Finding.Kind != "" {
		return f.Finding
	}
	x := abri.Finding{
		Kind: abri.KnownAttacker, Service: f.Service, Direction: f.Direction, Outside: f.Outside, Inside: f.Inside,
		Port: f.Port, Proto: packet.ProtoName(f.Proto), At: r.Last,
		Why: abri.Why{Rule: abri.RuleList, Entry: netip.PrefixFrom(f.Outside, f.Outside.BitLen())},
	}
	switch {
	case r.Cause == order.ByOwn:
		x.Kind, x.Noise, x.Why = abri.Scan, true, abri.Why{Rule: abri.RuleOwn}
	case r.Cause == order.ByClosed:
		x.Kind, x.Noise, x.Why = abri.Scan, true, abri.Why{}
	case r.Cause == order.ByBan:
		x.Why = abri.Why{Rule: abri.RuleBan, Entry: x.Why.Entry}
	case f.Direction == abri.Out:
		x.Kind = abri.KnownDestination
	}
	return x
}
