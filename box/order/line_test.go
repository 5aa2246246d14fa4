package order

import (
	"net/netip"
	"testing"

	abri "abri.example/abri"
)

// A line opens a gate that fails closed to an operator, and to no more.
func TestLinesThatAreRefused(t *testing.T) {
	p, a, at := netip.MustParsePrefix, netip.MustParseAddr, netip.MustParseAddrPort
	if err := (Line{Operators: []netip.Prefix{p("198.51.100.0/24"), p("2a01:e0a::/48")}, Devices: []netip.Addr{a("192.168.1.14")}, Books: []Book{{at("198.51.100.20:5090"), UDP}}, Hold: true}).Check(); err != nil {
		t.Errorf("a line: %v", err)
	}
	for name, l := range map[string]Line{
		"the Internet":       {Operators: []netip.Prefix{p("0.0.0.0/0")}},
		"half of it":         {Operators: []netip.Prefix{p("128.0.0.0/1")}},
		"not masked":         {Operators: []netip.Prefix{p("198.51.100.1/24")}},
		"IPv4 in IPv6":       {Operators: []netip.Prefix{p("::ffff:198.51.100.1/128")}},
		"nobody":             {Devices: []netip.Addr{{}}},
		"everybody":          {Devices: []netip.Addr{a("255.255.255.255")}},
		"no port":            {Books: []Book{{netip.AddrPortFrom(a("198.51.100.20"), 0), UDP}}},
		"another protocol":   {Books: []Book{{at("198.51.100.20:5090"), 1}}},
		"too many of them":   {Devices: make([]netip.Addr, MostLine+1)},
		"and too many doors": {Books: make([]Book, MostLine+1)},
	} {
		if err := l.Check(); abri.CodeOf(err) != abri.CodeInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}
