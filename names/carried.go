package names

import (
	"encoding/binary"

	"abri.example/abri/packet"
)

// The numbers of protocols that carry packets (IANA), and the ports of those over UDP.
const (
	ipv4Inside     = 4
	ipv6Inside     = 41
	greInside      = 47
	ethernetInside = 97
	portL2TP       = 1701
	portGTP        = 2152
	portTeredo     = 3544
	portVXLAN      = 4789
	portGRE        = 4754
	portGeneve     = 6081
	portVXLANOld   = 8472 // of Linux, before the other was given
)

// carried gives the packet inside another one, nil where there is none.
func carried(h *packet.Headers) (packet.Link, []byte) {
	switch h.Proto {
	case ipv4Inside, ipv6Inside:
		return packet.RawIP, h.Payload
	case greInside:
		return gre(h.Payload)
	case ethernetInside:
		return packet.Ethernet, from(h.Payload, 2) // RFC 3378
	case packet.UDP:
		return overUDP(h)
	}
	return 0, nil
}

// overUDP tells the tunnels over UDP by their ports.
func overUDP(h *packet.Headers) (packet.Link, []byte) {
	is := func(port uint16) bool { return h.SrcPort == port || h.DstPort == port }
	switch b := h.Payload; {
	case is(portVXLAN), is(portVXLANOld):
		return packet.Ethernet, from(b, 8) // RFC 7348
	case is(portTeredo):
		return packet.RawIP, teredo(b)
	case is(portL2TP):
		return packet.PPP, l2tp(b)
	case is(portGTP):
		return packet.RawIP, gtp(b)
	case is(portGRE):
		return gre(b) // RFC 8086
	case is(portGeneve) && len(b) >= 8:
		return linkOf(binary.BigEndian.Uint16(b[2:])), from(b, 8+int(b[0]&0x3f)*4) // RFC 8926
	}
	return 0, nil
}

// linkOf is the kind of packet behind a type of Ethernet's.
func linkOf(kind uint16) packet.Link {
	switch kind {
	case bridged:
		return packet.Ethernet
	case ipv4Type, ipv6Type:
		return packet.RawIP
	}
	return 0
}

// The types of what GRE and Geneve carry.
const (
	ipv4Type = 0x0800
	ipv6Type = 0x86dd
	bridged  = 0x6558
	mirrored = 0x88be
	ppp      = 0x880b
	aruba    = 0x82 // its upper half: WiFi between Aruba's access points and their controller
)

// gre reads a header of GRE (RFC 2784, RFC 2890), of PPTP (RFC 2637), or of a switch's mirror (draft-foschiano-erspan).
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
	case linkOf(kind) != 0:
		return linkOf(kind), from(b, size)
	case kind == mirrored:
		if b[0]&0x10 != 0 { // type II has a header of its own, and a sequence
			size += 8
		}
		return packet.Ethernet, from(b, size)
	case kind>>8 == aruba:
		return packet.WiFi, from(b, size)
	case kind == ppp:
		if b[1]&0x80 != 0 { // an acknowledgement
			size += 4
		}
		return packet.PPP, from(b, size)
	}
	return 0, nil
}

// l2tp takes the header of data of L2TP off (RFC 2661, section 3.1).
func l2tp(b []byte) []byte {
	if len(b) < 2 || b[0]&0x80 != 0 || b[1]&0x0f != 2 {
		return nil
	}
	size := 6
	if b[0]&0x40 != 0 { // a length
		size += 2
	}
	if b[0]&0x08 != 0 { // numbers
		size += 4
	}
	if b[0]&0x02 != 0 { // an offset
		size += 2 + int(byteAt(b, size))<<8 + int(byteAt(b, size+1))
	}
	return from(b, size)
}

// teredo takes what Teredo says of the sender off: who it is, and where it was seen (RFC 4380, section 5.1.1).
func teredo(b []byte) []byte {
	if len(b) >= 4 && b[0] == 0 && b[1] == 1 {
		b = from(b, 13+int(b[2])+int(b[3]))
	}
	if len(b) >= 2 && b[0] == 0 && b[1] == 0 {
		b = from(b, 8)
	}
	return b
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
