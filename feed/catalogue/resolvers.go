package catalogue

import (
	"net/netip"
	"slices"
	"strings"
)

// canary is asked by Firefox before it asks elsewhere by itself.
const canary = "use-application-dns.net"

// resolver is somebody who answers the DNS over TLS, QUIC or HTTPS for everybody.
type resolver struct{ operator, source, names, addresses string }

// resolvers are those that browsers and systems know by name, each with the page on which its operator publishes it. They were
// held in November 2026 against what others keep of them, and what stood in none was left out: Chromium's list
// (net/dns/public/doh_provider_entry.cc), AdGuard's (AdguardTeam/KnowledgeBaseDNS, docs/general/dns-providers.md of July 2026),
// and DNSCrypt's (DNSCrypt/dnscrypt-resolvers, v3, of July 2026). What lies beneath a name is meant too. A list such as ut1-doh
// knows more.
var resolvers = []resolver{
	{"Cloudflare", "https://developers.cloudflare.com/1.1.1.1/infrastructure/network-operators/", "cloudflare-dns.com one.one.one.one",
		"1.1.1.1 1.0.0.1 1.1.1.2 1.0.0.2 1.1.1.3 1.0.0.3 2606:4700:4700::1111 2606:4700:4700::1001 2606:4700:4700::1112 2606:4700:4700::1002 2606:4700:4700::1113 2606:4700:4700::1003"},
	{"Google", "https://developers.google.com/speed/public-dns/docs/secure-transports", "dns.google dns.google.com 8888.google",
		"8.8.8.8 8.8.4.4 2001:4860:4860::8888 2001:4860:4860::8844 2001:4860:4860::64 2001:4860:4860::6464"},
	{"Quad9", "https://quad9.net/service/service-addresses-and-features/", "dns.quad9.net dns9.quad9.net dns10.quad9.net dns11.quad9.net dns12.quad9.net",
		"9.9.9.9 149.112.112.112 9.9.9.10 149.112.112.10 9.9.9.11 149.112.112.11 9.9.9.12 149.112.112.12 2620:fe::fe 2620:fe::9 2620:fe::10 2620:fe::fe:10 2620:fe::11 2620:fe::fe:11"},
	{"OpenDNS", "https://www.opendns.com/setupguide/", "doh.opendns.com doh.familyshield.opendns.com doh.sandbox.opendns.com dns.opendns.com",
		"208.67.222.222 208.67.220.220 208.67.222.123 208.67.220.123 146.112.41.2 2620:119:35::35 2620:119:53::53 2620:119:35::123 2620:119:53::123 2620:119:fc::2"},
	{"AdGuard", "https://adguard-dns.io/en/public-dns.html", "dns.adguard-dns.com family.adguard-dns.com unfiltered.adguard-dns.com d.adguard-dns.com dns.adguard.com",
		"94.140.14.14 94.140.15.15 94.140.14.15 94.140.15.16 94.140.14.140 94.140.14.141 2a10:50c0::ad1:ff 2a10:50c0::ad2:ff 2a10:50c0::bad1:ff 2a10:50c0::bad2:ff 2a10:50c0::1:ff 2a10:50c0::2:ff"},
	{"NextDNS", "https://nextdns.io/", "dns.nextdns.io", "45.90.28.0 45.90.30.0 2a07:a8c0:: 2a07:a8c1::"},
	{"CleanBrowsing", "https://cleanbrowsing.org/filters/", "doh.cleanbrowsing.org security-filter-dns.cleanbrowsing.org family-filter-dns.cleanbrowsing.org adult-filter-dns.cleanbrowsing.org",
		"185.228.168.9 185.228.169.9 185.228.168.168 185.228.169.168 185.228.168.10 185.228.169.11 2a0d:2a00:1:: 2a0d:2a00:2:: 2a0d:2a00:1::1 2a0d:2a00:2::1 2a0d:2a00:1::2 2a0d:2a00:2::2"},
	{"Mullvad", "https://mullvad.net/en/help/dns-over-https-and-dns-over-tls", "dns.mullvad.net",
		"194.242.2.2 194.242.2.3 194.242.2.4 194.242.2.5 194.242.2.6 194.242.2.9 2a07:e340::2 2a07:e340::3 2a07:e340::4 2a07:e340::5 2a07:e340::6 2a07:e340::9"},
	{"DNS4EU", "https://www.joindns4.eu/for-public", "joindns4.eu",
		"86.54.11.1 86.54.11.201 86.54.11.12 86.54.11.212 86.54.11.13 86.54.11.213 86.54.11.11 86.54.11.211 86.54.11.100 86.54.11.200 2a13:1001::86:54:11:1 2a13:1001::86:54:11:201 2a13:1001::86:54:11:100"},
	{"FDN", "https://www.fdn.fr/actions/dns/", "ns0.fdn.fr ns1.fdn.fr", "80.67.169.12 80.67.169.40 2001:910:800::12 2001:910:800::40"},
	{"Control D", "https://controld.com/free-dns", "dns.controld.com freedns.controld.com", "76.76.2.0 76.76.10.0 76.76.2.1 76.76.2.2 76.76.2.11"},
	{"DNS.SB", "https://dns.sb/", "dns.sb", "185.222.222.222 45.11.45.11 2a09:: 2a11::"},
	{"Wikimedia", "https://meta.wikimedia.org/wiki/Wikimedia_DNS", "wikimedia-dns.org", "185.71.138.138 2001:67c:930::1"},
	{"CIRCL", "https://www.circl.lu/", "dns.circl.lu", "185.194.94.71 2a00:5980:94::71"},
	{"CZ.NIC", "https://www.nic.cz/odvr/", "odvr.nic.cz", "193.17.47.1 185.43.135.1 2001:148f:ffff::1 2001:148f:fffe::1"},
	{"IIJ", "https://public.dns.iij.jp/", "public.dns.iij.jp", ""},
	{"Quad101", "https://101.101.101.101/", "", "101.101.101.101 101.102.103.104"},
	{"AliDNS", "https://www.alidns.com/", "dns.alidns.com", "223.5.5.5 223.6.6.6 2400:3200::1 2400:3200:baba::1"},
	{"Yandex", "https://dns.yandex.com/", "common.dot.dns.yandex.net safe.dot.dns.yandex.net family.dot.dns.yandex.net",
		"77.88.8.8 77.88.8.1 77.88.8.88 77.88.8.2 77.88.8.7 77.88.8.3 2a02:6b8::feed:ff 2a02:6b8:0:1::feed:ff 2a02:6b8::feed:bad 2a02:6b8:0:1::feed:bad"},
	{"LibreDNS", "https://libredns.gr/", "doh.libredns.gr dot.libredns.gr", "116.202.176.26"},
	{"Comcast", "https://www.xfinity.com/privacy/policy/dns", "doh.xfinity.com dot.xfinity.com", "75.75.75.75 75.75.76.76 2001:558:feed::1 2001:558:feed::2"},
	{"CIRA", "https://www.cira.ca/en/canadian-shield/", "private.canadianshield.cira.ca protected.canadianshield.cira.ca family.canadianshield.cira.ca",
		"149.112.121.10 149.112.122.10 149.112.121.20 149.112.122.20 149.112.121.30 149.112.122.30 2620:10a:80bb::10 2620:10a:80bc::10 2620:10a:80bb::20 2620:10a:80bc::20 2620:10a:80bb::30 2620:10a:80bc::30"},
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
