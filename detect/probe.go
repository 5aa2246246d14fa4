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
	sources *memory[netip.Addr, knock] // touched at the first knock only
}

// knock is what one source tried.
type knock struct {
	inside netip.Addr
	first  int64 // nanoseconds since 1970: a time takes three times the room
	port   uint16
	proto  uint8
	many   bool // more than one port or target
	told   bool
}

func newProbe() *probe { return &probe{newMemory[netip.Addr, knock](probeSources, probeWindow)} }

func (p *probe) Observe(at time.Time, f *flow.Flow, h *packet.Headers, _ func(abri.Finding)) {
	if f.Direction != abri.In || f.Answered() || settled(f) || !knocks(f, h) {
		return
	}
	k := p.sources.find(f.Outside)
	if k == nil || at.UnixNano()-k.first >= int64(probeWindow) {
		*p.sources.touch(at, f.Outside) = knock{inside: f.Inside, port: f.Port, proto: f.Proto, first: at.UnixNano()}
		return
	}
	k.many = k.many || k.inside != f.Inside || k.port != f.Port || k.proto != f.Proto
}

func (p *probe) End(at time.Time, f *flow.Flow, emit func(abri.Finding)) {
	if f.Direction != abri.In || f.Answered() || settled(f) || f.Up.Packets > probePackets {
		return
	}
	k := p.sources.find(f.Outside)
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
