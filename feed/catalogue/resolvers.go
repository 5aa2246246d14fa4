package catalogue

import (
	"net/netip"
	"slices"
	"strings"
)

// canary is asked by Firefox before it asks elsewhere by itself.
const canary = "use-application-dns.net"

// resolvers are the public ones that answer over TLS, QUIC or HTTPS and that browsers and systems know by name: operator, names,
// addresses. They were written down in November 2026 from what the operators publish of their own services, beside what
// Chromium (net/dns/public/doh_provider_entry.cc) and Firefox (its trusted recursive resolvers) offer their users. Apple's
// private relay is none: it carries pages, and is asked about by names of its own. A list such as ut1-doh knows more.
var resolvers = []struct{ operator, names, addresses string }{
	{"Cloudflare", "cloudflare-dns.com one.one.one.one 1dot1dot1dot1.cloudflare-dns.com",
		"1.1.1.1 1.0.0.1 1.1.1.2 1.0.0.2 1.1.1.3 1.0.0.3 104.16.248.249 104.16.249.249 2606:4700:4700::1111 2606:4700:4700::1001 2606:4700:4700::1112 2606:4700:4700::1002 2606:4700:4700::1113 2606:4700:4700::1003"},
	{"Google", "dns.google dns.google.com dns64.dns.google", "8.8.8.8 8.8.4.4 2001:4860:4860::8888 2001:4860:4860::8844 2001:4860:4860::64 2001:4860:4860::6464"},
	{"Quad9", "dns.quad9.net dns9.quad9.net dns10.quad9.net dns11.quad9.net dns12.quad9.net",
		"9.9.9.9 149.112.112.112 9.9.9.10 149.112.112.10 9.9.9.11 149.112.112.11 9.9.9.12 149.112.112.12 2620:fe::fe 2620:fe::9 2620:fe::10 2620:fe::fe:10 2620:fe::11 2620:fe::fe:11"},
	{"OpenDNS", "doh.opendns.com doh.familyshield.opendns.com dns.opendns.com", "208.67.222.222 208.67.220.220 208.67.222.123 208.67.220.123 146.112.41.2 146.112.41.3 2620:119:35::35 2620:119:53::53"},
	{"AdGuard", "dns.adguard-dns.com dns.adguard.com family.adguard-dns.com unfiltered.adguard-dns.com d.adguard-dns.com",
		"94.140.14.14 94.140.15.15 94.140.14.15 94.140.15.16 94.140.14.140 94.140.14.141 2a10:50c0::ad1:ff 2a10:50c0::ad2:ff"},
	{"NextDNS", "dns.nextdns.io doh.nextdns.io firefox.dns.nextdns.io chromium.dns.nextdns.io", "45.90.28.0 45.90.30.0 2a07:a8c0:: 2a07:a8c1::"},
	{"CleanBrowsing", "doh.cleanbrowsing.org security-filter-dns.cleanbrowsing.org family-filter-dns.cleanbrowsing.org adult-filter-dns.cleanbrowsing.org",
		"185.228.168.9 185.228.169.9 185.228.168.168 185.228.169.168 185.228.168.10 185.228.169.11 2a0d:2a00:1::2 2a0d:2a00:2::2"},
	{"Mullvad", "dns.mullvad.net adblock.dns.mullvad.net base.dns.mullvad.net extended.dns.mullvad.net all.dns.mullvad.net",
		"194.242.2.2 194.242.2.3 194.242.2.4 194.242.2.5 194.242.2.9 2a07:e340::2 2a07:e340::3 2a07:e340::4"},
	{"DNS4EU", "joindns4.eu", "86.54.11.1 86.54.11.201 86.54.11.12 86.54.11.212 86.54.11.13 86.54.11.213 86.54.11.100 86.54.11.200"},
	{"dns0.eu", "dns0.eu zero.dns0.eu kids.dns0.eu open.dns0.eu", "193.110.81.0 185.253.5.0 193.110.81.9 185.253.5.9 2a0f:fc80:: 2a0f:fc81::"},
	{"FDN", "ns0.fdn.fr ns1.fdn.fr", "80.67.169.12 80.67.169.40 2001:910:800::12 2001:910:800::40"},
	{"Control D", "dns.controld.com freedns.controld.com", "76.76.2.0 76.76.10.0 76.76.2.1 76.76.10.1 76.76.2.2 76.76.10.2"},
	{"Apple", "doh.dns.apple.com", ""},
	{"Quad101", "dns.twnic.tw", "101.101.101.101 101.102.103.104"},
	{"AliDNS", "dns.alidns.com", "223.5.5.5 223.6.6.6 2400:3200::1 2400:3200:baba::1"},
	{"Yandex", "common.dot.dns.yandex.net safe.dot.dns.yandex.net family.dot.dns.yandex.net", "77.88.8.8 77.88.8.1 77.88.8.88 77.88.8.2 77.88.8.7 77.88.8.3"},
	{"LibreDNS", "doh.libredns.gr dot.libredns.gr", "116.202.176.26"},
	{"Mozilla", "mozilla.cloudflare-dns.com", ""},
	{"Comcast", "doh.xfinity.com", ""},
	{"CIRA", "private.canadianshield.cira.ca protected.canadianshield.cira.ca family.canadianshield.cira.ca", "149.112.121.10 149.112.122.10 149.112.121.20 149.112.122.20 149.112.121.30 149.112.122.30"},
}

// ResolverNames are the names of known public resolvers, and of the question by which a browser asks whether it may use
// one. What lies beneath them is theirs too. The slice is the caller's.
func ResolverNames() (out []string) {
	for _, r := range resolvers {
		out = append(out, strings.Fields(r.names)...)
	}
	return append(out, canary)
}

// IsResolver reports whether a name, or one above it, is that of a known public resolver. The question by which a browser asks
// is none.
func IsResolver(name string) bool {
	for ; name != ""; _, name, _ = strings.Cut(name, ".") {
		for _, r := range resolvers {
			if slices.Contains(strings.Fields(r.names), name) {
				return true
			}
		}
	}
	return false
}

// ResolverAddresses are the addresses of known public resolvers. The slice is the caller's.
func ResolverAddresses() (out []netip.Addr) {
	for _, r := range resolvers {
		for a := range strings.FieldsSeq(r.addresses) {
			out = append(out, netip.MustParseAddr(a))
		}
	}
	return slices.Compact(out)
}
