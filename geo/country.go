package geo

import (
	"net/netip"

	"github.com/phuslu/iploc"
)

// unassigned is the code the data gives to what belongs to no country: private, reserved and unannounced space.
const unassigned = "ZZ"

// Country is the ISO 3166-1 alpha-2 code of the country that addr belongs to, such as "FR", and "" when no country is
// known: private and reserved space, addresses that nobody announces, the zero Addr. An IPv4 address written in IPv6
// (::ffff:192.0.2.1) is answered as the IPv4 address it is; a zone is ignored.
//
// A look-up takes tens of nanoseconds and allocates nothing, except for the first IPv6 one of the process: it unpacks
// the IPv6 table, which takes about 0.1 s, 23 MB while it lasts, and 11 MB that stay.
func Country(addr netip.Addr) string {
	if !addr.IsValid() {
		return ""
	}
	code := iploc.IPCountry(addr.Unmap())
	if code == unassigned {
		return ""
	}
	return code
}
