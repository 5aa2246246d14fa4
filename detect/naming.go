package detect

import (
	"net/netip"
	"time"

	"abri.example/abri"
	"abri.example/abri/flow"
	"abri.example/abri/names/dns"
	"abri.example/abri/packet"
)

const (
	namingMost   = 16_384
	namingForget = 24 * time.Hour // how long a name leads to an address
)

// naming remembers which addresses a name led to, for detectors that trust what is called by its address less. It finds
// nothing by itself.
type naming struct {
	led *memory[netip.Addr, bool]
}

func newNaming() *naming {
	return &naming{newMemory[netip.Addr, bool](namingMost, namingForget)}
}

// dnsPort is that of the DNS.
const dnsPort = 53

// Observe takes the addresses out of an answer of the DNS.
func (n *naming) Observe(at time.Time, f *flow.Flow, h *packet.Headers, _ func(abri.Finding)) {
	if h.SrcPort != dnsPort || f.Proto != packet.UDP || !f.Asked() {
		return
	}
	m, ok := dns.Parse(h.Payload)
	if !ok || !m.Response {
		return
	}
	var room [256]byte
	for r, ok := m.Record(room[:]); ok; r, ok = m.Record(room[:]) {
		if a, is := netip.AddrFromSlice(r.Data); is && (r.Type == dns.TypeA && a.Is4() || r.Type == dns.TypeAAAA && a.Is6()) {
			*n.led.touch(at, a) = true
		}
	}
}

func (*naming) End(time.Time, *flow.Flow, func(abri.Finding)) {}

// leads reports whether a name led to an address lately.
func (n *naming) leads(a netip.Addr) bool { return n.led.find(a) != nil }
