package detect

import (
	"abri.example/abri/flow"
	"abri.example/abri/packet"
)

// What the gate copies of each direction of a conversation, in bytes of IP packets (gate/kernel/copy.h).
const (
	readFirst = 8 << 10  // of any conversation
	readLogin = 64 << 10 // of protocols that speak before they encrypt
)

// reading gives the data of a packet as far as a link would show it, so that a capture shows no more. It is nil when
// there is none. up tells that it comes from the client.
func reading(f *flow.Flow, h *packet.Headers, up bool) []byte {
	if len(h.Payload) == 0 || h.Fragment {
		return nil
	}
	if openBook(h.SrcPort) || openBook(h.DstPort) {
		return h.Payload
	}
	c := &f.Down
	if up {
		c = &f.Up
	}
	most := uint64(readFirst)
	if h.Proto == packet.TCP && (loginPort(h.SrcPort) || loginPort(h.DstPort)) {
		most = readLogin
	}
	if c.Bytes >= most+uint64(h.Length) { // a capture counts this packet in, a link counts late
		return nil
	}
	return h.Payload
}

// openBook are the ports of which everything is copied: DNS, DHCP, NBNS, SIP, mDNS.
func openBook(port uint16) bool {
	switch port {
	case 53, 67, 68, 137, 546, 547, 5060, 5061, 5353:
		return true
	}
	return false
}

func loginPort(port uint16) bool {
	switch port {
	case 21, 22, 25, 110, 143, 445, 587, 3389:
		return true
	}
	return false
}
