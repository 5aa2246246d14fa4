package abri

import (
	"net/netip"
	"time"
)

// Finding is what a detector saw, with its evidence. Outside and Inside are the two ends as seen from the box; Port is
// the server's port (0 for protocols without ports) and Proto the IANA protocol name in lower case ("tcp", "udp",
// "icmp", "ipv6-icmp", or the decimal number). Noise marks what leads to nothing: a lone probe, a research scanner
// that says who it is; it never becomes an attack. Ends are the client and the server of the conversation in which it was
// found, as far as it was in one. Narrow marks a finding whose far end is not the attacker, or not he alone: the operator
// who carries a fraud, a site behind one address. It is never stopped as a whole; the conversation between Ends may be.
// Await is what each of Ends awaits next by TCP's numbers, zeros where that is not known. Crowd, where it is valid, is who holds
// so many conversations of this sort that he is given no other for a while: a source (an address of IPv4, a /64) or its
// network (/24, /48).
type Finding struct {
	Kind      Kind
	Service   Service
	Direction Direction
	Outside   netip.Addr
	Inside    netip.Addr
	Port      uint16
	Proto     string
	At        time.Time
	Noise     bool
	Narrow    bool
	Ends      [2]netip.AddrPort
	Await     [2]uint32
	Crowd     netip.Prefix
	Why       Why
}
