// Package packet turns the bytes of one frame into headers.
//
// It knows the link layers that a box or a capture file shows it, VLAN tags, PPPoE, IPv4, IPv6, TCP, UDP and ICMP.
// Decoding cannot fail, it can only not know: what was cut, lied about or never learnt stays zero. It allocates
// nothing, keeps nothing between packets, and does not look into tunnels. Conversations are the room flow's business,
// files that of capture; packet imports neither them nor anything else of the module.
package packet

import "net/netip"

// Headers is what one frame says of itself. Decode fills it; the zero value says nothing. Payload aliases the frame.
type Headers struct {
	SrcMAC, DstMAC [6]byte   // Ethernet; of cooked captures the sender only
	Tags           uint8     // VLAN tags in front of the packet, 0 to 2
	VLANs          [2]uint16 // their identifiers, the outer first
	EtherType      uint16    // of what is carried behind tags and PPPoE; 0 where the frame does not say

	Known         bool       // an IP packet: Src, Dst, Proto, TTL and Length are set
	Src, Dst      netip.Addr // never an IPv4-mapped form, never with a zone
	Mapped        bool       // IPv6, with an end in the IPv4-mapped form that no wire should carry (RFC 4038, 4.2)
	Proto         uint8      // IANA protocol number, behind IPv6 extension headers
	TTL           uint8      // time to live, or hop limit
	Length        int        // bytes of the IP packet by its header, however much of it the frame holds
	Fragment      bool       // a later fragment: it has no ports
	MoreFragments bool       // a fragment, and not the last
	FragmentID    uint32     // tells which fragments belong together; 0 where the packet is whole
	FragmentAt    int        // of a fragment: where Payload begins in the data that was cut, its header among it

	SrcPort, DstPort   uint16 // TCP and UDP; 0 where not known
	Seq, Ack           uint32 // TCP
	Window             uint16 // TCP, not scaled
	Flags              TCPFlags
	ICMPType, ICMPCode uint8 // ICMP and ICMPv6

	Payload    []byte // what the frame holds of the data behind the last known header, without link padding (ARP: with it)
	DataLength int    // bytes of that data by the headers; more than len(Payload) where the capture cut it
}

// Decode reads frame, which begins with a header of the given link, into h, and overwrites all of h. It takes any
// bytes, allocates nothing, and is safe for concurrent use on distinct h.
func Decode(link Link, frame []byte, h *Headers) {
	*h = Headers{}
	switch link {
	case Ethernet:
		h.ethernet(frame)
	case LinuxSLL:
		h.cooked(frame)
	case LinuxSLL2:
		h.cooked2(frame)
	case RawIP:
		h.raw(frame)
	case Null, Loop:
		h.loopback(frame)
	case PPP:
		h.ppp(frame)
	case CiscoHDLC:
		h.cisco(frame)
	case NFLOG:
		h.nflog(frame)
	case WiFi:
		h.wifi(frame)
	case Radiotap:
		h.radiotap(frame)
	case PPI:
		h.ppi(frame)
	case PKTAP:
		h.pktap(frame)
	}
}
