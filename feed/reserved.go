package feed

import (
	"net/netip"
	"slices"
	"sort"
)

// reservedSpace is the space that no list may name: what the IANA registries set aside, in order of address.
//
// Sources: the IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890) in their edition of 2024-10-22, IPv4
// multicast (RFC 5771), and the IANA Internet Protocol Version 6 Address Space (RFC 4291), by which everything outside
// 2000::/3 is reserved. The few blocks there that are reachable (AS112, AMT) are infrastructure that a list has no
// business with either.
var reservedSpace = prefixes(
	"0.0.0.0/8",       // this network, RFC 791
	"10.0.0.0/8",      // private, RFC 1918
	"100.64.0.0/10",   // shared by operators' translation, RFC 6598
	"127.0.0.0/8",     // loopback, RFC 1122
	"169.254.0.0/16",  // link-local, RFC 3927
	"172.16.0.0/12",   // private, RFC 1918
	"192.0.0.0/24",    // IETF protocol assignments, RFC 6890
	"192.0.2.0/24",    // documentation, RFC 5737
	"192.31.196.0/24", // AS112, RFC 7535
	"192.52.193.0/24", // AMT, RFC 7450
	"192.88.99.0/24",  // 6to4 relays, deprecated, RFC 7526
	"192.168.0.0/16",  // private, RFC 1918
	"192.175.48.0/24", // AS112, RFC 7534
	"198.18.0.0/15",   // benchmarking, RFC 2544
	"198.51.100.0/24", // documentation, RFC 5737
	"203.0.113.0/24",  // documentation, RFC 5737
	"224.0.0.0/4",     // multicast, RFC 5771
	"240.0.0.0/4",     // reserved, RFC 1112, with the limited broadcast, RFC 919

	"::/8",              // unspecified, loopback, IPv4-mapped, IPv4/IPv6 translation, RFC 4291, RFC 6052, RFC 8215
	"100::/8",           // reserved by IETF, discard-only among it, RFC 4291, RFC 6666
	"200::/7",           // reserved by IETF, RFC 4048
	"400::/6",           // reserved by IETF, RFC 4291
	"800::/5",           // reserved by IETF, RFC 4291
	"1000::/4",          // reserved by IETF, RFC 4291
	"2001::/23",         // IETF protocol assignments, Teredo among them, RFC 2928, RFC 4380
	"2001:db8::/32",     // documentation, RFC 3849
	"2002::/16",         // 6to4, RFC 3056
	"2620:4f:8000::/48", // AS112, RFC 7534
	"3fff::/20",         // documentation, RFC 9637
	"4000::/3",          // reserved by IETF, segment routing among it, RFC 9602
	"6000::/3",          // reserved by IETF, RFC 4291
	"8000::/3",          // reserved by IETF, RFC 4291
	"a000::/3",          // reserved by IETF, RFC 4291
	"c000::/3",          // reserved by IETF, RFC 4291
	"e000::/4",          // reserved by IETF, RFC 4291
	"f000::/5",          // reserved by IETF, RFC 4291
	"f800::/6",          // reserved by IETF, RFC 4291
	"fc00::/7",          // unique local, RFC 4193
	"fe00::/9",          // reserved by IETF, RFC 4291
	"fe80::/10",         // link-local, RFC 4291
	"fec0::/10",         // site-local, deprecated, RFC 3879
	"ff00::/8",          // multicast, RFC 4291
)

// reservedSpans is reservedSpace as stretches, in the same order.
var reservedSpans = func() []span {
	var out []span
	for _, p := range reservedSpace {
		out = append(out, spanOf(p))
	}
	return out
}()

// Reserved gives the space that no list may name, in order of address, IPv4 first: private, local, multicast,
// documentation and unassigned blocks, by the IANA registries of 2024-10-22 (RFC 6890, RFC 4291). The prefixes do not
// overlap. The slice is the caller's.
func Reserved() []netip.Prefix { return slices.Clone(reservedSpace) }

// touchesReserved reports whether s shares an address with reserved space, be it wider or narrower.
func (s span) touchesReserved() bool {
	r, ok := s.nextReserved()
	return ok && r.first.Compare(s.last) <= 0
}

// withinReserved reports whether s lies whole in one reserved block.
func (s span) withinReserved() bool {
	r, ok := s.nextReserved()
	return ok && r.first.Compare(s.first) <= 0 && s.last.Compare(r.last) <= 0
}

// nextReserved is the first reserved block that does not end before s.
func (s span) nextReserved() (span, bool) {
	i := sort.Search(len(reservedSpans), func(i int) bool { return reservedSpans[i].last.Compare(s.first) >= 0 })
	if i == len(reservedSpans) {
		return span{}, false
	}
	return reservedSpans[i], true
}

func prefixes(texts ...string) []netip.Prefix {
	var out []netip.Prefix
	for _, t := range texts {
		out = append(out, netip.MustParsePrefix(t))
	}
	return out
}
