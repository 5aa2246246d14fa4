package device

import (
	"encoding/binary"
	"strings"
	"time"

	"abri.example/abri"
	"abri.example/abri/packet"
)

// The parts of messages of NetBIOS (RFC 1002): a name is 32 letters between its length and a zero.
const (
	netbiosName      = 34
	netbiosServiceAt = 12 // the question's name in a message of the name service
	netbiosSenderAt  = 14 // the sender's name in a datagram
	netbiosGroup     = 0x8000
	nameOfComputer   = 0x00 // the last byte of a name: what it is of
	nameOfFiles      = 0x20
)

// netbios takes what a computer calls itself: a registration or refreshing of its name, or a datagram that it sends.
func (b *Book) netbios(at time.Time, side abri.Side, h *packet.Headers) {
	name := registered(h.Payload)
	if h.SrcPort == 138 {
		name = sender(h.Payload)
	}
	if name == "" {
		return
	}
	e := b.byAddr[h.Src]
	if b.inside(side, h.Src) {
		e = b.bind(at, side, MAC(h.SrcMAC), h.Src)
	}
	if e != nil && e.MAC == MAC(h.SrcMAC) { // by the outside port it is believed of a device that is known
		b.name(e, name, NetBIOS)
	}
}

// registered is the name that a message of the name service registers or refreshes for its sender alone.
func registered(p []byte) string {
	const recordAt = netbiosServiceAt + netbiosName + 4
	if len(p) < recordAt+14 || p[2]&0x80 != 0 {
		return ""
	}
	switch p[2] >> 3 & 15 {
	case 5, 8, 9: // registration, and the two numbers that refreshing has
	default:
		return ""
	}
	if p[recordAt] != 0xc0 || p[recordAt+1] != netbiosServiceAt || binary.BigEndian.Uint16(p[recordAt+12:])&netbiosGroup != 0 {
		return ""
	}
	return ofComputer(p[netbiosServiceAt:])
}

// sender is the name of who sends a datagram.
func sender(p []byte) string {
	if len(p) < netbiosSenderAt+netbiosName || p[0] < 0x10 || p[0] > 0x12 {
		return ""
	}
	return ofComputer(p[netbiosSenderAt:])
}

// ofComputer reads the name at the start of b, "" when it is not a computer's. Each byte of it is two letters from A on.
func ofComputer(b []byte) string {
	if len(b) < netbiosName || b[0] != 32 || b[33] != 0 {
		return ""
	}
	var name [16]byte
	for i := range name {
		high, low := b[1+2*i]-'A', b[2+2*i]-'A'
		if high > 15 || low > 15 {
			return ""
		}
		name[i] = high<<4 | low
	}
	if name[15] != nameOfComputer && name[15] != nameOfFiles {
		return ""
	}
	return strings.TrimRight(string(name[:15]), " \x00")
}
