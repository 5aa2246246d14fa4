package detect

import (
	"net/netip"

	"abri.example/abri"
	"abri.example/abri/flow"
	"abri.example/abri/packet"
)

// knocked reports whether a client's packet asks for an answer that did not come yet, and in which way.
func knocked(f *flow.Flow, h *packet.Headers) (way, bool) {
	switch h.Proto {
	case packet.TCP:
		if h.Fragment || f.Answered() {
			return 0, false
		}
		switch {
		case h.Flags&(packet.SYN|packet.ACK|packet.RST) == packet.SYN:
			return wayTCP, true
		case h.Flags&(packet.SYN|packet.ACK|packet.RST) == 0: // FIN, nothing, Xmas: no part of any conversation
			return wayTCP, true
		case h.Flags&^packet.FIN == packet.ACK && h.DataLength == 0 && f.Up.Packets <= 1 && f.Down.Packets == 0: // bare, or with FIN (Maimon)
			return wayACK, true
		}
	case packet.UDP:
		return udpWay(f), !h.Fragment && !tooLarge(h) && !f.Answered() && !late(h)
	case packet.ICMP:
		return wayEcho, asks(h.ICMPType)
	case packet.ICMPv6:
		return wayEcho, h.ICMPType == 128
	default:
		return wayProtocol, !f.Answered() && !everyday(h.Proto)
	}
	return 0, false
}

// asks reports whether a message of ICMP wants an answer: an echo, the time (RFC 792), and the network and the mask that nobody
// asks for today (RFC 6918).
func asks(kind uint8) bool { return kind == 8 || kind == 13 || kind == 15 || kind == 17 }

// everyday reports whether a protocol beside TCP, UDP and ICMP is in honest use: tunnels, routers, groups (IANA, protocol
// numbers).
func everyday(proto uint8) bool {
	switch proto {
	case 0, 2, 4, 41, 43, 44, 47, 50, 51, 59, 60, 88, 89, 97, 103, 112, 115, 124, 132, 136:
		return true
	}
	return false
}

// tooLarge reports whether a packet is the beginning of one that no line takes whole: who looks for doors sends little.
func tooLarge(h *packet.Headers) bool { return h.MoreFragments && h.Length >= 576 } // RFC 791: what any line takes

// late reports whether a packet of UDP looks like the answer of a server to a question that the box forgot.
func late(h *packet.Headers) bool {
	return h.DstPort >= 1024 && (h.SrcPort < 1024 || abri.ServiceOfPort(h.SrcPort) != abri.Other || h.SrcPort == 3478)
}

// udpWay tells UDP between two ports where nothing listens by custom apart.
func udpWay(f *flow.Flow) way {
	if f.Client.Port() >= 1024 && f.Port >= 1024 && f.Service == abri.Other {
		return wayHighUDP
	}
	return wayUDP
}

// group reports whether an address is of many machines: who sends there, looks for none.
func group(a netip.Addr) bool {
	return a.IsMulticast() || a == netip.AddrFrom4([4]byte{255, 255, 255, 255})
}

// spreads reports whether worms go from machine to machine by the port: remote access, file sharing and databases of
// which everybody knows the holes.
func spreads(port uint16) bool {
	switch port {
	case 22, 23, 135, 139, 445, 1433, 1434, 2323, 3306, 3389, 5555, 5900, 6379:
		return true
	}
	return false
}
