package names

import (
	"encoding/binary"

	"abri.example/abri/flow"
	"abri.example/abri/names/dns"
	"abri.example/abri/packet"
)

// maxTunnels is how many tunnels, one in another, are looked into.
const maxTunnels = 4

// The numbers of protocols that carry packets (IANA), and the ports of those over UDP.
const (
	ipv4Inside = 4
	ipv6Inside = 41
	greInside  = 47
	portGTP    = 2152
	portVXLAN  = 4789
	portGeneve = 6081
)

// tunnel looks for questions of the DNS in a packet that carries another one. Each is whole in one packet; what takes
// several is not put together, because the conversations inside a tunnel are not followed.
func (w *Watch) tunnel(f *flow.Flow, h *packet.Headers) {
	for range maxTunnels {
		link, inner := carried(h)
		if inner == nil {
			return
		}
		packet.Decode(link, inner, &w.inner)
		if h = &w.inner; !h.Known || h.Fragment {
			return
		}
		if h.Proto == packet.UDP && (resolves(h.SrcPort) || resolves(h.DstPort)) {
			if m, ok := dns.Parse(h.Payload); ok {
				w.asked(f, w.conversation(f), h, &m)
			}
			return
		}
	}
}

// carried gives the packet inside another one, nil where there is none.
func carried(h *packet.Headers) (packet.Link, []byte) {
	switch h.Proto {
	case ipv4Inside, ipv6Inside:
		return packet.RawIP, h.Payload
	case greInside:
		return gre(h.Payload)
	case packet.UDP:
		switch {
		case h.SrcPort == portGTP || h.DstPort == portGTP:
			return packet.RawIP, gtp(h.Payload)
		case h.SrcPort == portVXLAN || h.DstPort == portVXLAN:
			return packet.Ethernet, from(h.Payload, 8) // RFC 7348
		case h.SrcPort == portGeneve || h.DstPort == portGeneve:
			if len(h.Payload) >= 8 && binary.BigEndian.Uint16(h.Payload[2:]) == bridged { // RFC 8926
				return packet.Ethernet, from(h.Payload, 8+int(h.Payload[0]&0x3f)*4)
			}
		}
	}
	return 0, nil
}

// The types of what GRE and Geneve carry.
const (
	bridged = 0x6558
	ppp     = 0x880b
)

// gre reads a header of GRE (RFC 2784, RFC 2890) or of PPTP (RFC 2637).
func gre(b []byte) (packet.Link, []byte) {
	if len(b) < 4 {
		return 0, nil
	}
	size := 4
	for _, flag := range []byte{0x80, 0x20, 0x10} { // checksum, key, sequence
		if b[0]&flag != 0 {
			size += 4
		}
	}
	switch kind := binary.BigEndian.Uint16(b[2:]); {
	case kind == 0x0800 || kind == 0x86dd:
		return packet.RawIP, from(b, size)
	case kind == bridged:
		return packet.Ethernet, from(b, size)
	case kind == ppp:
		if b[1]&0x80 != 0 { // an acknowledgement
			size += 4
		}
		return packet.RawIP, fromPPP(from(b, size))
	}
	return 0, nil
}

// fromPPP takes the header of PPP off, in its long forms and its short ones (RFC 1661, RFC 1662).
func fromPPP(b []byte) []byte {
	if len(b) > 2 && b[0] == 0xff && b[1] == 0x03 {
		b = b[2:]
	}
	if len(b) > 1 && b[0] == 0 {
		b = b[1:]
	}
	if len(b) > 1 && (b[0] == 0x21 || b[0] == 0x57) {
		return b[1:]
	}
	return nil
}

// gtp takes the header of user data of GTP off (3GPP TS 29.281, section 5), the extensions with it.
func gtp(b []byte) []byte {
	if len(b) < 8 || b[0]>>4 != 3 || b[1] != 255 {
		return nil
	}
	if b[0]&7 == 0 {
		return b[8:]
	}
	at := 12
	for next := byteAt(b, 11); b[0]&4 != 0 && next != 0; {
		size := int(byteAt(b, at)) * 4
		if size == 0 {
			return nil
		}
		at += size
		next = byteAt(b, at-1)
	}
	return from(b, at)
}

func byteAt(b []byte, i int) byte {
	if i >= len(b) {
		return 0
	}
	return b[i]
}

// from is b from a place on, nil where it does not reach so far.
func from(b []byte, at int) []byte {
	if at >= len(b) {
		return nil
	}
	return b[at:]
}
