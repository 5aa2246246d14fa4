package pipeline

import (
	"net/netip"
	"slices"
	"time"

	"abri.example/abri"
	"abri.example/abri/flow"
	"abri.example/abri/names/dns"
	"abri.example/abri/packet"
)

// stands has the measures learn where guarded names stand (banks, the State), from answers that the site asked for. They
// are believed of resolvers that are guarded themselves, and of whomever the site's own name server asks: a sick device
// could else ask a server of its master's, and have his address spared.
func (p *Pipeline) stands(at time.Time, f *flow.Flow) {
	h := &p.headers
	if p.acts.measures == nil || p.acts.guarded == nil || f.Port != dnsPort || f.Proto != packet.UDP || h.SrcPort != dnsPort || !f.Asked() || f.Direction == abri.In {
		return
	}
	if !p.policy.Guards(f.Server.Addr(), at) && (p.devices == nil || !slices.Contains(p.devices.NameServers(), f.Client.Addr())) {
		return
	}
	m, ok := dns.Parse(h.Payload)
	if !ok || !m.Response {
		return
	}
	var room [256]byte
	q, ok := m.Next(room[:])
	if !ok {
		return
	}
	if _, ok := p.acts.guarded(string(q.Name)); !ok {
		return
	}
	for r, ok := m.Record(room[:]); ok; r, ok = m.Record(room[:]) {
		if a, is := netip.AddrFromSlice(r.Data); is && (r.Type == dns.TypeA && a.Is4() || r.Type == dns.TypeAAAA && a.Is6()) {
			p.acts.measures.Stands(a, at)
		}
	}
}

// dnsPort is that of the DNS.
const dnsPort = 53
