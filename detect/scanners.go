package detect

import "net/netip"

// scanners are the research scanners that say who they are, with the prefixes they publish. Only those are here that
// name themselves, let one opt out, and keep their addresses to themselves: a prefix that strangers could rent would
// make an attacker noise. State of 2026-10-14; the second source of each is the list of its name in MISP's
// warning lists (CC0-1.0).
var scanners = []struct {
	who  string
	from []netip.Prefix
}{
	// docs.censys.com, "Opt out of data collection"; MISP censys-scanning
	{"Censys", prefixes(
		"66.132.148.0/24", "66.132.153.0/24", "66.132.159.0/24", "66.132.172.0/24", "66.132.186.0/24",
		"66.132.195.0/24", "66.132.198.0/24", "66.132.224.0/24", "66.132.228.0/24",
		"162.142.125.0/24", "167.94.138.0/24", "167.94.145.0/24", "167.94.146.0/24", "167.248.133.0/24",
		"199.45.154.0/23", "206.168.32.0/22",
		"2602:80d:1000::/48", "2602:80d:1003::/112", "2602:80d:1004::/112", "2620:96:e000::/48",
	)},
	// shadowserver.org, "Our scans"; MISP shadowserver, without the ranges it only supposes
	{"Shadowserver", prefixes(
		"64.62.156.0/24", "64.62.197.0/24", "65.49.1.0/24", "65.49.20.64/26", "74.82.47.0/26",
		"184.105.139.64/26", "184.105.247.192/26", "216.218.206.64/26",
		"2001:470:1:332::/64", "2001:470:1:c84::/64", "2001:470:1:fb5::/64",
	)},
	// opendata.rapid7.com, "About"; MISP rapid7-scanning, without its single rented addresses
	{"Rapid7", prefixes(
		"5.63.151.96/27", "71.6.233.0/24", "88.202.190.128/27", "109.123.117.224/27", "146.185.25.160/27",
		"2607:ff10:c5:522::/64", "2a02:2498:e004:23::/64",
	)},
	// onyphe.io, "Our scanners"; MISP onyphe-scanner, without its rented ranges
	{"ONYPHE", prefixes(
		"91.196.152.0/24", "91.230.168.0/24", "91.231.89.0/24", "94.231.206.0/24", "195.184.76.0/24",
		"2a14:f100::/29",
	)},
}

// prefixes reads prefixes that are known to be right.
func prefixes(texts ...string) []netip.Prefix {
	ps := make([]netip.Prefix, len(texts))
	for i, t := range texts {
		ps[i] = netip.MustParsePrefix(t)
	}
	return ps
}
