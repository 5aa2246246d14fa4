package packet

import (
	"encoding/binary"
	"slices"
)

// LinkHead is what an Ethernet frame begins with before its IP packet: cards, up to two VLAN tags, a PPPoE session. Nil
// when no IP packet follows. It aliases the frame.
func LinkHead(frame []byte) []byte {
	at := 12
	if len(frame) < at+2 {
		return nil
	}
	kind := func() uint16 { return binary.BigEndian.Uint16(frame[at:]) }
	for tags := 0; tags < 2 && isTag(kind()) && len(frame) >= at+6; tags++ {
		at += 4
	}
	switch kind() {
	case etherIPv4, etherIPv6:
		return frame[:at+2]
	case etherPPPoE:
		if t, _ := session(frame[at+2:]); t != etherPPPoE {
			return frame[:at+2+8]
		}
	}
	return nil
}

// TurnHead is head with its cards exchanged: that of an answer. It is a copy; a head shorter than two cards is nil.
func TurnHead(head []byte) []byte {
	if len(head) < 12 {
		return nil
	}
	turned := slices.Clone(head)
	copy(turned, head[6:12])
	copy(turned[6:], head[:6])
	return turned
}
