package device

import (
	"encoding/binary"
	"net/netip"
	"slices"
	"strings"
	"time"

	"abri.example/abri"
	"abri.example/abri/packet"
)

// Of DHCP (RFC 2131, 2132, 4702; for IPv6 RFC 8415, 4704).
const (
	dhcpHead     = 240 // bytes up to the options, the cookie among them
	dhcpCookie   = 0x63825363
	optionPad    = 0
	optionServer = 6 // of names
	optionHost   = 12
	optionKind   = 53
	optionDomain = 81
	optionEnd    = 255
	kindAnswer   = 5 // DHCPACK
	option6Name  = 39
)

// lease is what a message of DHCP says.
type lease struct {
	reply  bool
	number uint32
	client MAC
	yours  netip.Addr // of an answer
	kind   byte
	name   string
	asked  []netip.Addr // the servers of names that devices are told to ask
}

// dhcp takes a message of DHCP: a device asks by its own name, and is told its address.
func (b *Book) dhcp(at time.Time, side abri.Side, h *packet.Headers) {
	m, ok := parseDHCP(h.Payload)
	if !ok || !m.client.card() {
		return
	}
	if !m.reply {
		e := b.of(at, side, m.client, side != abri.Outside)
		e.asks, e.lease = true, m.number
		b.see(e, at)
		b.name(e, m.name, DHCP)
		return
	}
	if e := b.byMAC[m.client]; e != nil && e.asks && e.lease == m.number && m.kind == kindAnswer && isHost(m.yours) {
		e.asks = false
		b.bind(at, e.Side, m.client, m.yours)
		b.askThese(m.asked)
	}
}

// maxServers bounds the servers of names that a site has.
const maxServers = 8

// askThese notes the site's own servers of names, the last told first.
func (b *Book) askThese(servers []netip.Addr) {
	for _, a := range servers {
		if b.home(a) && !slices.Contains(b.servers, a) {
			b.servers = append([]netip.Addr{a}, b.servers[:min(len(b.servers), maxServers-1)]...)
		}
	}
}

// parseDHCP reads a message, false for what is none.
func parseDHCP(p []byte) (m lease, ok bool) {
	if len(p) < dhcpHead || p[0] != 1 && p[0] != 2 || p[1] != 1 || p[2] != 6 || binary.BigEndian.Uint32(p[236:]) != dhcpCookie {
		return lease{}, false
	}
	m = lease{reply: p[0] == 2, number: binary.BigEndian.Uint32(p[4:]), client: MAC(p[28:34]), yours: netip.AddrFrom4([4]byte(p[16:20]))}
	var host, domain string
	for p = p[dhcpHead:]; len(p) > 0 && p[0] != optionEnd; {
		if p[0] == optionPad {
			p = p[1:]
			continue
		}
		if len(p) < 2 || len(p) < 2+int(p[1]) {
			break
		}
		value := p[2 : 2+int(p[1])]
		switch {
		case p[0] == optionKind && len(value) == 1:
			m.kind = value[0]
		case p[0] == optionServer:
			for ; len(value) >= 4 && len(m.asked) < maxServers; value = value[4:] {
				m.asked = append(m.asked, netip.AddrFrom4([4]byte(value)))
			}
		case p[0] == optionHost:
			host = firstLabel(strings.TrimRight(string(value), "\x00"))
		case p[0] == optionDomain && len(value) > 3:
			domain = fullName(value[0]&4 != 0, value[3:])
		}
		p = p[2+int(p[1]):]
	}
	m.name = host
	if host == "" {
		m.name = domain
	}
	return m, true
}

// dhcp6 takes a client's message of DHCP for IPv6.
func (b *Book) dhcp6(at time.Time, side abri.Side, h *packet.Headers) {
	if name := parseDHCP6(h.Payload); name != "" && h.Src.IsLinkLocalUnicast() {
		b.name(b.bind(at, side, MAC(h.SrcMAC), h.Src), name, DHCP)
	}
}

// parseDHCP6 gives the name that a client says it has, "" for none.
func parseDHCP6(p []byte) string {
	if len(p) < 4 || p[0] == 0 || p[0] > 11 {
		return ""
	}
	for p = p[4:]; len(p) >= 4; {
		code, size := binary.BigEndian.Uint16(p), int(binary.BigEndian.Uint16(p[2:]))
		if len(p) < 4+size {
			return ""
		}
		if code == option6Name && size > 1 {
			return fullName(true, p[5:4+size])
		}
		p = p[4+size:]
	}
	return ""
}

// fullName gives the first label of a name, which is written as on the wire of the DNS or in plain letters.
func fullName(wire bool, b []byte) string {
	if !wire {
		return firstLabel(string(b))
	}
	if n := int(b[0]); n > 0 && n < 64 && len(b) > n {
		return string(b[1 : 1+n])
	}
	return ""
}

func firstLabel(name string) string {
	label, _, _ := strings.Cut(name, ".")
	return label
}
