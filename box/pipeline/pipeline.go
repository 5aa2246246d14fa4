// Package pipeline is one packet's way through the reader, the same for a link and for a capture file:
//
//	bytes → packet.Decode → flow.Table → detect, names → policy → count.Counter
//
// From a capture every packet comes whole, and each is counted (Packet). On a link the gate copies only what is worth
// reading (Copy), and counts all of it itself (Flow): what passed goes to the detectors; what was stopped, or would
// have been, becomes an attack with the kernel's own numbers.
//
// Its borders: no clock, no disk, no network; time is an argument. It decides nothing: it composes the rooms that do.
package pipeline

import (
	"net/netip"
	"slices"
	"time"

	"abri.example/abri"
	"abri.example/abri/box/order"
	"abri.example/abri/count"
	"abri.example/abri/detect"
	"abri.example/abri/device"
	"abri.example/abri/feed"
	"abri.example/abri/flow"
	"abri.example/abri/names"
	"abri.example/abri/names/lookalike"
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

	// Domains are the lists of names; nil is none. Lookalikes tells imitations; nil tells none. Named, when not nil, is given
	// each name that a conversation asked for, listed or not; what it is given holds until it returns.
	Domains    *feed.Set
	Lookalikes *lookalike.Judge
	Named      func(*names.Sighting)

	// Measures decide what is done about what detectors find; Act is given each that does something. Live only; nil does
	// nothing.
	Measures *policy.Measures
	Act      func(abri.Finding, policy.Measure)

	// Guarded tells whose name it is that no measure may take from the site, such as feed.Guard.Name; nil knows none.
	Guarded func(name string) (owner string, ok bool)

	// Hand ends conversations on a link that ask for a listed name; nil ends none, and they are only told. Page, when not
	// nil, gives the answer (a whole one, of HTTP/1) that a browser gets which asked for it in the clear.
	Hand order.Hand
	Page func(abri.Finding) []byte

	// Asked, when not nil, is given each name that somebody inside asks for outside, listed or not; what it is given holds
	// until it returns.
	Asked func(*names.Sighting)

	// Habit gives on how many days before a time devices of the site asked for a name, which speaks against its being an
	// imitation; nil knows of none. Imitated, when not nil, is given each name whose question was stopped because it is one.
	Habit    func(name string, before time.Time) int
	Imitated func(name string)

	// Departed, when not nil, is given what each conversation of a device with somebody outside who answered, or with a
	// resolver in the site, carried since it was last told, in bytes; f holds until it returns.
	Departed func(f *flow.Flow, began bool, up, down uint64)

	// Devices, when not nil, is shown what tells who is who on the inside.
	Devices *device.Book
}

// Pipeline is not safe for concurrent use.
type Pipeline struct {
	policy     *policy.Policy
	detectors  []detect.Detector
	neighbours []detect.Neighbour // those of them that read ARP
	counting   []detect.Counted   // and that go by how much is sent
	counter    *count.Counter
	live       bool

	names      *names.Watch
	domains    *feed.Set
	imitations imitations
	page       []netip.Addr // where stopped names lead
	isClosed   func(name string) bool
	told       func(*names.Sighting)
	asked      func(*names.Sighting)
	departed   func(f *flow.Flow, began bool, up, down uint64)

	own     []netip.Addr
	devices *device.Book

	acts    acts
	decoys  decoys
	cuts    cuts
	heads   map[netip.Addr][]byte   // by which servers of the site are spoken to from outside
	frame   []byte                  // the copy under way
	under   *flow.Flow              // its conversation, while detectors are shown it
	held    uint32                  // its number, when it did not cross yet
	refused bool                    // it is a question that must not cross
	honest  bool                    // what is said in a cut conversation asks for a name that nothing stops,
	guilty  bool                    // and for one that is to be stopped
	holds   map[*flow.Flow][]uint32 // the parts of QUIC hellos that are held

	passed  *flow.Table
	stopped *flow.Table // live only: what the kernel dropped, or would have

	now     time.Time
	headers packet.Headers
	emit    func(abri.Finding)    // found, made once: a method value made for each packet is garbage for each packet
	name    func(*names.Sighting) // named, likewise
	hear    func(*names.Sighting) // heard, likewise
	again   func(*names.Sighting) // asksAgain, likewise
	beyond  bool                  // names are looked for beyond what a link shows
	packets uint64
	bytes   uint64
}

// New gives a Pipeline.
func New(o Options) *Pipeline {
	p := &Pipeline{policy: o.Policy, detectors: o.Detectors, counter: o.Counter, live: o.Live, devices: o.Devices, asked: o.Asked, departed: o.Departed}
	p.emit, p.name, p.hear, p.again = p.found, p.named, p.heard, p.asksAgain
	for _, d := range o.Detectors {
		if n, ok := d.(detect.Neighbour); ok {
			p.neighbours = append(p.neighbours, n)
		}
		if c, ok := d.(detect.Counted); ok {
			p.counting = append(p.counting, c)
		}
	}
	p.acts = acts{measures: o.Measures, act: o.Act, sever: p.sever, guarded: o.Guarded}
	p.beyond = o.Named != nil
	p.imitations = imitations{judge: o.Lookalikes, habit: o.Habit, told: o.Imitated}
	p.holds = map[*flow.Flow][]uint32{}
	p.heads = map[netip.Addr][]byte{}
	p.cuts = cuts{hand: o.Hand, page: o.Page, by: map[order.Conversation]*cut{}}
	p.names, p.told, p.domains = names.New(names.Options{Beyond: o.Named != nil}), o.Named, o.Domains
	p.passed = flow.NewTable(flow.Options{Max: o.Flows, Home: o.Home, Counted: o.Live, Early: p.ended})
	if o.Live {
		p.stopped = flow.NewTable(flow.Options{Max: o.Flows, Home: o.Home, Counted: true})
	}
	return p
}

// SetPolicy judges new flows by another policy from now on.
func (p *Pipeline) SetPolicy(next *policy.Policy) { p.policy = next }

// SetOwn says which addresses are the box's own from now on. Who opens the box's page attacks nobody outside, so the
// detectors are not shown what is sent to it from inside; the box's own conversations they are.
func (p *Pipeline) SetOwn(own []netip.Addr) { p.own = own }

// Seen is how many packets and bytes (of frames) a replay has taken in.
func (p *Pipeline) Seen() (packets, bytes uint64) { return p.packets, p.bytes }

// Packet takes one packet of a capture: it is judged and counted. Length is that on the wire, in bytes.
func (p *Pipeline) Packet(at time.Time, link packet.Link, frame []byte, length int) {
	p.packets++
	p.bytes += uint64(length)
	p.now = at
	packet.Decode(link, frame, &p.headers)
	f, began := p.passed.Observe(at, abri.SideUnknown, &p.headers)
	p.meet(at, abri.SideUnknown, began)
	if f == nil {
		return
	}
	if !f.Judged {
		p.policy.Judge(at, f)
	}
	if passes(f) {
		p.carried(at, f, began)
	}
	if passes(f) || p.headers.Mapped { // the gate's lists of IPv6 hold no address of IPv4
		if p.beyond || f.Shown(&p.headers) {
			p.show(at, f)
		}
		return
	}
	if p.headers.Fragment && (began || f.Untold) { // its first was never seen: dropped, and no attempt, as at the gate
		f.Untold = true
		return
	}
	s := count.Sighting{Finding: f.Finding, Outcome: abri.WouldBlock, Packets: 1, Bytes: uint64(p.headers.Length), Answered: f.Answered()}
	p.tell(at, f, s, began)
}

// meet has the book of devices read a packet; began says that it is the first of its conversation. The box itself is no
// device of the site. What belongs to no conversation is shown to the detectors that read it.
func (p *Pipeline) meet(at time.Time, side abri.Side, began bool) {
	if p.devices != nil && !slices.Contains(p.own, p.headers.Src) {
		p.devices.Observe(at, side, &p.headers, began)
	}
	if p.headers.Known {
		return
	}
	for _, d := range p.neighbours {
		d.Meet(at, side, &p.headers, p.emit)
	}
}

// tell counts what was stopped of a flow, or would have been; its attempt when it began. A flow that only answers is no
// attack on its way out, for anybody can send an answer in the name of the end that a list holds: it is noise until the
// end inside is heard, and its attempt counts then.
func (p *Pipeline) tell(at time.Time, f *flow.Flow, s count.Sighting, began bool) {
	if s.Finding.Direction == abri.Out && !f.Asked() {
		f.Untold = true
		s.Finding.Kind, s.Finding.Noise, s.Finding.Why = abri.Scan, true, abri.Why{Rule: abri.RuleAnswer}
	} else if f.Untold {
		f.Untold, began = false, true
	}
	if began {
		s.Attempts = 1
	}
	p.counter.Add(at, s)
}

// show lets the detectors see a packet in its flow.
func (p *Pipeline) show(at time.Time, f *flow.Flow) {
	if p.atHome(f) {
		p.knocked(at, f)
		return
	}
	f.Watched = true
	for _, d := range p.detectors {
		d.Observe(at, f, &p.headers, p.emit)
	}
	p.names.Observe(at, f, &p.headers, p.name)
	if p.headers.SrcPort == dnsPort {
		p.stands(at, f)
	}
	if p.headers.Flags&(packet.PSH|packet.FIN) != 0 { // the kernel tells of the rest now and then
		p.acts.meet(p.policy, p.now, f)
	}
}

// atHome reports whether what the flow takes for the outside is the box itself.
func (p *Pipeline) atHome(f *flow.Flow) bool { return slices.Contains(p.own, f.Outside) }

// passes reports whether nothing stops the flow. What is stopped never takes place, and the detectors, on a link and
// in a capture alike, don't see it.
func passes(f *flow.Flow) bool { return f.Verdict.Action == abri.ActPass || f.Verdict.Action == "" }

// ended lets the detectors see the end of a flow; of one that was cut after it was shown too, for what they remember of it would be
// taken for the next one's on the same ports.
func (p *Pipeline) ended(f *flow.Flow) {
	p.names.End(f)
	p.let(f)
	if !passes(f) && !f.Watched || p.atHome(f) {
		return
	}
	for _, d := range p.detectors {
		d.End(p.now, f, p.emit)
	}
}

// found has a detector's finding judged and counted.
func (p *Pipeline) found(f abri.Finding) {
	v := p.policy.Decide(f.At, f)
	if v.Why.Rule == abri.RuleTrusted || p.acts.daily(p.now, f) { // nothing applies: on a link nobody judged its flows before
		return
	}
	p.counter.Add(f.At, count.Sighting{Finding: f, Outcome: p.outcome(v.Action), Attempts: 1})
	p.acts.decide(p.policy, p.now, f)
}

// outcome is what became of what was read and not stopped by the kernel: it passed. That it would have been stopped holds
// for a capture, judged as in protect, and for a link in watch-only; on a link in protect what was read was really let
// through, unless its conversation was cut (cut.go).
func (p *Pipeline) outcome(a abri.Action) abri.Outcome {
	if a == abri.ActPass || p.live && a == abri.ActBlock {
		return abri.Observed
	}
	return abri.WouldBlock
}

// Tick ends what has been quiet for long enough. A link calls it every second; a replay now and then, by the capture's
// clock.
func (p *Pipeline) Tick(now time.Time) {
	p.now = now
	p.passed.Expire(now, p.ended)
	if p.stopped != nil {
		p.stopped.Expire(now, func(*flow.Flow) {})
	}
	p.cuts.forget(now)
	p.settle(now)
	p.waited(now)
	p.counter.Tick(now)
	p.acts.tick(p.policy, now)
}

// settle lets the detectors come to an end with what waited for its time.
func (p *Pipeline) settle(now time.Time) {
	for _, d := range p.detectors {
		if t, ok := d.(detect.Ticker); ok {
			t.Tick(now, p.emit)
		}
	}
}

// afterwards is how long after the end of a capture nothing more can come of it.
const afterwards = time.Hour

// Flush ends every conversation, at the end of a capture.
func (p *Pipeline) Flush() {
	p.passed.Flush(p.ended)
	p.settle(p.now.Add(afterwards))
	p.tellWaiting(len(p.imitations.waiting))
}
