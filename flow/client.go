package flow

import (
	"abri.example/abri"
	"abri.example/abri/packet"
)

// fromServer reports whether the first packet seen of a conversation came from the server, so that its receiver began
// before we looked. UDP does not show it: there the first packet is the client's, because a flood of answers that
// nobody asked for must not look like a question from inside.
func fromServer(h *packet.Headers, srcPort, dstPort uint16) bool {
	switch h.Proto {
	case packet.TCP:
		if h.Flags.Has(packet.SYN) {
			return h.Flags.Has(packet.ACK)
		}
		// Without ACK and RST it is no part of a conversation (RFC 9293, 3.10.7) but a scan, begun by its sender.
		return h.Flags&(packet.ACK|packet.RST) != 0 && listens(srcPort, dstPort)
	case packet.ICMP, packet.ICMPv6:
		return isReply(h) || isError(h)
	}
	return false
}

// listens reports whether, of two ports, the first is rather the server's: it alone is well known, or both are and it
// is the lower.
func listens(port, other uint16) bool {
	switch known, otherKnown := wellKnown(port), wellKnown(other); {
	case known && otherKnown:
		return port < other
	default:
		return known
	}
}

// wellKnown reports whether servers customarily listen on the port: IANA's system ports, and those with a service.
func wellKnown(port uint16) bool {
	return port != 0 && (port < 1024 || abri.ServiceOfPort(port) != abri.Other)
}

// isReply reports whether an ICMP packet replies to a question: echo, timestamp, information and mask replies
// (RFC 792, RFC 950), echo reply (RFC 4443).
func isReply(h *packet.Headers) bool {
	if h.Fragment {
		return false
	}
	if h.Proto == packet.ICMPv6 {
		return h.ICMPType == 129
	}
	switch h.ICMPType {
	case 0, 14, 16, 18:
		return true
	}
	return false
}

// isError reports whether an ICMP packet tells of an error: it answers a packet that its receiver sent, or that
// somebody sent in its name.
func isError(h *packet.Headers) bool {
	if h.Fragment {
		return false
	}
	if h.Proto == packet.ICMPv6 {
		return h.ICMPType < 128
	}
	switch h.ICMPType {
	case 3, 4, 11, 12:
		return true
	}
	return false
}
