package packet

import "strconv"

// The protocol numbers that are looked behind (IANA).
const (
	ICMP   = 1
	TCP    = 6
	UDP    = 17
	ICMPv6 = 58
)

// The IPv6 extension headers that are walked, and their end.
const (
	protoHopByHop       = 0
	protoRouting        = 43
	protoFragment       = 44
	protoAuthentication = 51
	protoNothing        = 59 // "no next header": nothing follows
	protoDestination    = 60
)

// ProtoName is the IANA name in lower case of a protocol number that packet looks behind: "tcp", "udp", "icmp",
// "ipv6-icmp"; and the decimal number of any other.
func ProtoName(proto uint8) string {
	switch proto {
	case ICMP:
		return "icmp"
	case TCP:
		return "tcp"
	case UDP:
		return "udp"
	case ICMPv6:
		return "ipv6-icmp"
	}
	return strconv.Itoa(int(proto))
}
