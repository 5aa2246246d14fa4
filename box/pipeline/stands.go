package pipeline

import (
	"net/netip"
	"slices"
	"time"

	"abri.example/abri"
	"abri.example/abri/depot"
	"abri.example/abri/flow"
	"abri.example/abri/names/dns"
	"abri.example/abri/packet"
)

// stands has the measures learn where guarded names (banks, the State) and depots stand, from answers that the site asked
// for. They are believed of resolvers that are guarded themselves, and of whomever the site's own name server asks: a sick device
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
	name := string(q.Name)
	_, guarded := p.acts.guarded(name)
	use := depot.Of(name)
	if !guarded && use == "" {
		return
	}
	for r, ok := m.Record(room[:]); ok; r, ok = m.Record(room[:]) {
		a, is := netip.AddrFromSlice(r.Data)
		if !is || (r.Type != dns.TypeA || !a.Is4()) && (r.Type != dns.TypeAAAA || !a.Is6()) {
			continue
		}
		if guarded {
			p.acts.measures.Stands(a, at)
		}
		if use != "" {
			p.acts.measures.Holds(a, use, at)
		}
	}
}

// dnsPort is that of the DNS.
const dnsPort = 53
