package device

import (
	"net/netip"
	"strings"
	"time"

	"abri.example/abri"
	"abri.example/abri/names/dns"
	"abri.example/abri/packet"
)

// mdns takes what a device announces of itself (RFC 6762): the record that gives its own address a name. With a hop limit
// of 255 it comes from this link (section 11).
func (b *Book) mdns(at time.Time, side abri.Side, h *packet.Headers) {
	m, ok := dns.Parse(h.Payload)
	if !ok || h.TTL != 255 {
		return
	}
	var buffer [256]byte
	for r, ok := m.Record(buffer[:]); ok; r, ok = m.Record(buffer[:]) {
		if r.Type != dns.TypeA && r.Type != dns.TypeAAAA {
			continue
		}
		a, ok := netip.AddrFromSlice(r.Data)
		host, local := strings.CutSuffix(string(r.Name), ".local")
		if ok && local && a == h.Src {
			b.name(b.bind(at, side, MAC(h.SrcMAC), h.Src), written(host), MDNS)
		}
	}
}

// written takes back how package dns writes what is no plain sign, where only a space or an apostrophe was.
func written(host string) string {
	return strings.NewReplacer(`\032`, " ", `\039`, "'").Replace(host)
}
