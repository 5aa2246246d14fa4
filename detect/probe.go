package detect

import (
	"net/netip"
	"time"

	"abri.example/abri"
	"abri.example/abri/flow"
	"abri.example/abri/packet"
)

const (
	probeSources = 65_536    // sources remembered at once; the oldest is forgotten first
	probeWindow  = time.Hour // how long a source is remembered after its first knock
	probePackets = 10        // more packets than a system sends for one unanswered knock
)

// probe tells of the lone knock: an attempt from outside that nobody answered, by a source that tried nothing else. It
// is noise, told once an hour for each outside address, service and inside target. A source that tries a second port or
// target is not alone any more; the probe falls silent, and what the source does is another detector's.
type probe struct {
	sources map[netip.Addr]*knock
	order   ring[*knock] // by first knock
	spare   *knock       // the one dropped last, to be used again: a flood must not make work for the collector
}

// knock is what one source tried.
type knock struct {
	source netip.Addr
	inside netip.Addr
	port   uint16
	proto  uint8
	first  time.Time
	many   bool // more than one port or target
	told   bool
}

func newProbe() *probe { return &probe{sources: make(map[netip.Addr]*knock)} }

func (p *probe) Observe(at time.Time, f *flow.Flow, h *packet.Headers, _ func(abri.Finding)) {
	if f.Direction != abri.In || f.Answered() || settled(f) || !knocks(f, h) {
		return
	}
	p.forget(at)
	k := p.sources[f.Outside]
	if k == nil {
		if len(p.sources) >= probeSources {
			p.drop()
		}
		p.keep(knock{source: f.Outside, inside: f.Inside, port: f.Port, proto: f.Proto, first: at})
		return
	}
	k.many = k.many || k.inside != f.Inside || k.port != f.Port || k.proto != f.Proto
}

func (p *probe) End(at time.Time, f *flow.Flow, emit func(abri.Finding)) {
	if f.Direction != abri.In || f.Answered() || settled(f) || f.Up.Packets > probePackets {
		return
	}
	k := p.sources[f.Outside]
	if k == nil || k.many || k.told || k.inside != f.Inside || k.port != f.Port || k.proto != f.Proto {
		return
	}
	k.told = true
	if _, ok := ResearchScanner(f.Outside); ok {
		return // told by scanner
	}
	n := f.FindingOf(abri.Scan, at, abri.Why{Rule: abri.RuleProbe})
	n.Noise = true
	emit(n)
}

// knocks reports whether the packet of an inward flow asks to be let in: the SYN of TCP, an echo request, any UDP; and
// nothing to a group. An answer to what somebody sent in our name is no inward flow.
func knocks(f *flow.Flow, h *packet.Headers) bool {
	if f.Inside.IsMulticast() {
		return false
	}
	switch h.Proto {
	case packet.TCP:
		return h.Flags.Has(packet.SYN)
	case packet.ICMP:
		return h.ICMPType == 8
	case packet.ICMPv6:
		return h.ICMPType == 128
	}
	return h.Proto == packet.UDP
}

// forget drops the sources that are out of the window. A clock set back only delays it.
func (p *probe) forget(at time.Time) {
	for p.order.len() > 0 && at.Sub(p.order.first().first) >= probeWindow {
		p.drop()
	}
}

// keep remembers a source by its first knock.
func (p *probe) keep(first knock) {
	k := p.spare
	if p.spare = nil; k == nil {
		k = new(knock)
	}
	*k = first
	p.sources[k.source] = k
	p.order.push(k)
}

// drop forgets the oldest source.
func (p *probe) drop() {
	p.spare = p.order.first()
	p.order.pop()
	delete(p.sources, p.spare.source)
}
