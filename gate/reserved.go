package gate

import (
	"fmt"
	"iter"
	"net/netip"

	"abri.example/abri"
)

// Prefix6 is an IPv6 prefix for Load: the two halves of the address in host order, and its length. Bits of the address
// beyond the length are ignored.
type Prefix6 struct {
	Hi, Lo uint64
	Bits   uint8
}

// Prefix gives p in the standard form.
func (p Prefix6) Prefix() netip.Prefix {
	return netip.PrefixFrom(addr6(p.Hi, p.Lo), int(p.Bits)).Masked()
}

// widest prefixes a list may hold: a wider one is an error of its publisher, and would cut off a country.
const (
	widest4 = 8
	widest6 = 19
)

// reserved4 is what no list can mean: the special-purpose addresses of RFC 6890 and its registry, multicast (RFC 5771)
// and class E (RFC 1112), as first and last address.
var reserved4 = spans(
	"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
	"192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
	"224.0.0.0/3",
)

// reserved6 is what of 2000::/3, the only global unicast space handed out (RFC 4291, IANA), is special: IETF protocols
// with Teredo, documentation (RFC 3849, RFC 9637), 6to4 (RFC 7526).
var reserved6 = []netip.Prefix{
	netip.MustParsePrefix("2001::/23"), netip.MustParsePrefix("2001:db8::/32"),
	netip.MustParsePrefix("2002::/16"), netip.MustParsePrefix("3fff::/20"),
}

type span struct{ first, last uint32 }

func spans(prefixes ...string) []span {
	var all []span
	for _, s := range prefixes {
		p := netip.MustParsePrefix(s)
		first := word4(p.Addr())
		all = append(all, span{first, first | uint32(1<<(32-p.Bits())-1)})
	}
	return all
}

// refuse4 gives the first entry that must not be enforced, as an error that names it.
func refuse4(v4 iter.Seq[uint64]) error {
	i := -1
	for e := range v4 {
		i++
		if e>>40 != 0 || e&0xff > 32 {
			return refusal("IPv4", i, fmt.Sprintf("%#x", e), "not an address and a length", "address<<8 | length")
		}
		first, last, bits := span4(e)
		if bits < widest4 {
			return refusal("IPv4", i, prefix4(e).String(), "too wide", "a length of 8 to 32")
		}
		for _, r := range reserved4 {
			if first <= r.last && last >= r.first {
				return refusal("IPv4", i, prefix4(e).String(), "reserved addresses", "leave it out")
			}
		}
	}
	return nil
}

// refuse6 is refuse4 for IPv6.
func refuse6(v6 []Prefix6) error {
	for i, e := range v6 {
		if e.Bits < widest6 || e.Bits > 128 {
			return refusal("IPv6", i, fmt.Sprintf("%s/%d", addr6(e.Hi, e.Lo), e.Bits), "too wide", "a length of 19 to 128")
		}
		if e.Hi>>61 != 1 {
			return refusal("IPv6", i, e.Prefix().String(), "not a global address", "prefixes of 2000::/3 only")
		}
		for _, r := range reserved6 {
			if r.Overlaps(e.Prefix()) {
				return refusal("IPv6", i, e.Prefix().String(), "reserved addresses", "leave it out")
			}
		}
	}
	return nil
}

func refusal(family string, i int, what, why, remedy string) error {
	return &abri.Error{Code: abri.CodeRefused, Place: fmt.Sprintf("%s entry %d, %s", family, i, what), What: why, Remedy: remedy}
}
