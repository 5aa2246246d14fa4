package feed

import (
	"net/netip"
	"slices"
	"testing"
)

func TestLine(t *testing.T) {
	for _, c := range []struct {
		text string
		want string // prefixes, separated by a blank
	}{
		{"62.210.1.2", "62.210.1.2/32"},
		{"62.210.1.2/32", "62.210.1.2/32"},
		{"62.210.1.0/24", "62.210.1.0/24"},
		{"62.210.1.2\t10", "62.210.1.2/32"},                        // ipsum
		{"62.210.1.2 # C2", "62.210.1.2/32"},                       //
		{"62.210.1.2#C2", "62.210.1.2/32"},                         //
		{"62.210.1.2//C2", "62.210.1.2/32"},                        //
		{"1.10.16.0/20 ; SBL256894", "1.10.16.0/20"},               // Spamhaus
		{"62.210.1.2,2026-01-02,ssh", "62.210.1.2/32"},             //
		{`"62.210.1.2","ssh, telnet"`, "62.210.1.2/32"},            //
		{`"62.210.1.0/24"`, "62.210.1.0/24"},                       //
		{"62.210.1.2:443", "62.210.1.2/32"},                        // ThreatFox
		{"[2a01:cb00::1]:443", "2a01:cb00::1/128"},                 //
		{"[2a01:cb00::1]", "2a01:cb00::1/128"},                     //
		{"2a01:cb00::1", "2a01:cb00::1/128"},                       //
		{"2A01:CB00::/32 ; x", "2a01:cb00::/32"},                   //
		{"1.2.3.0-1.2.3.255", "1.2.3.0/24"},                        //
		{"1.2.3.4-1.2.3.4", "1.2.3.4/32"},                          //
		{"1.2.3.4 - 1.2.3.7", "1.2.3.4/30"},                        //
		{"1.2.3.3-1.2.3.8", "1.2.3.3/32 1.2.3.4/30 1.2.3.8/32"},    //
		{"1.2.3.4 - seen at a school", "1.2.3.4/32"},               // a dash before words is no range
		{"2a01::1-2a01::2", "2a01::1/128 2a01::2/128"},             //
		{`{"cidr":"1.10.16.0/20","sblid":"SBL1"}`, "1.10.16.0/20"}, // Spamhaus JSON
		{"1.2.3.4 5", "1.2.3.4/32"},                                //
		{"1.2.3.4,1.2.3.0/24,AS1", "1.2.3.4/32"},                   // the network of an address says nothing new
	} {
		s, why, blank := line([]byte(c.text))
		if why != taken || blank {
			t.Errorf("%q: refused (%v, blank %v)", c.text, why, blank)
			continue
		}
		if got := join(slices.Collect(s.prefixes)); got != c.want {
			t.Errorf("%q: %s, want %s", c.text, got, c.want)
		}
	}
}

func TestRefusedLine(t *testing.T) {
	for _, c := range []struct {
		text string
		why  reason
	}{
		{"010.1.1.1", leadingZero},
		{"62.210.01.2", leadingZero},
		{"62.210.1.00", leadingZero},
		{"1..2.3", notAddress},
		{"1.2.3", notAddress},
		{"1.2.3.4.5", notAddress},
		{"1.2.3.256", notAddress},
		{"1.2.3.", notAddress},
		{".1.2.3", notAddress},
		{"1.2.3.45.6.7.8", notAddress},         // glued
		{"62.210.1.262.210.1.3", notAddress},   // glued
		{"62.210.1.2 62.210.1.3", several},     // DShield's start and end, or two hosts: unknown
		{"62.210.1.2,62.210.1.3", several},     //
		{`"62.210.1.2","62.210.1.3"`, several}, //
		{"1.2.3.4/24", hostBits},
		{"2a01:cb00::1/32", hostBits},
		{"1.2.3.0/33", badLength},
		{"1.2.3.0/", badLength},
		{"1.2.3.0/024", badLength},
		{"1.2.3.0/+8", badLength},
		{"1.2.3.0/255.255.255.0", badLength},
		{"1.2.3.0/24/24", badLength},
		{"2a01::/129", badLength},
		{"1.2.3.4:", badPort},
		{"1.2.3.4:65536", badPort},
		{"1.2.3.4:http", badPort},
		{"[2a01::1]443", badPort},
		{"[1.2.3.4]", notAddress},
		{"[2a01::1", notAddress},
		{"1.2.3.9-1.2.3.4", badRange},
		{"1.2.3.9 - 1.2.3.4", badRange},
		{"1.2.3.4-2a01::1", badRange},
		{"1.2.3.4-", notAddress},
		{"1.2.3.0-255", notAddress},
		{"2a01::1%eth0", notAddress},
		{"::ffff:62.210.1.2", mapped},
		{`^62\.210\..*$`, notAddress},
		{"62.210.1.*", notAddress},
		{"0x3ed20102", notAddress},
		{"1053950210", notAddress},
		{"http://62.210.1.2/", notAddress},
		{"example.com", notAddress},
		{"62.210.1.2|x", notAddress},
		{`"62.210.1.2`, notAddress},
		{`"62.210.1.2"x`, notAddress},
		{",", notAddress},
		{"٦2.210.1.2", notAddress}, // a digit that is not ASCII
		{`{"asn":932}`, notAddress},
		{`{"cidr":`, notAddress},
		{`{"cidr":"1.2.3.4/24"}`, hostBits},
	} {
		if s, why, blank := line([]byte(c.text)); why != c.why || blank {
			t.Errorf("%q: %v (%v, blank %v), want refused: %v", c.text, s, why, blank, c.why)
		}
	}
}

func TestBlankLine(t *testing.T) {
	for _, text := range []string{"# x", "#", "; 1.2.3.4", "// 1.2.3.4", `{"type":"metadata","records":2}`} {
		if _, why, blank := line([]byte(text)); !blank || why != taken {
			t.Errorf("%q is not taken as a comment", text)
		}
	}
}

// FuzzLine holds the reader of one line against the standard library: what netip reads as one prefix or address is
// taken as exactly that, and nothing that is taken covers other addresses than it says.
func FuzzLine(f *testing.F) {
	for _, seed := range []string{
		"1.2.3.4", "1.2.3.4/24", "010.1.1.1", "1.2.3.0-1.2.3.9", "2a01::/29 ; SBL", "[2a01::1]:443", `{"cidr":"2a01::/29"}`,
		`"1.2.3.4",5`, "1.2.3.4 - 1.2.3.9", "::ffff:1.2.3.4", "1.2.3.4:80", "0.0.0.0/0", "::-ffff::",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if text == "" {
			return
		}
		s, why, blank := line([]byte(text))
		if p, ok := standard(text); ok {
			if got := slices.Collect(s.prefixes); why != taken || blank || len(got) != 1 || got[0] != p {
				t.Fatalf("%q: %v (%v), want %v", text, got, why, p)
			}
		}
		if why != taken || blank {
			return
		}
		at := s.first
		for p := range s.prefixes {
			if p.Addr() != at || p.Masked() != p {
				t.Fatalf("%q: %v does not begin at %v", text, p, at)
			}
			at = lastOf(p).Next()
		}
		if at != s.last.Next() {
			t.Fatalf("%q: the prefixes end before %v, not after %v", text, at, s.last)
		}
	})
}

// standard is what the standard library makes of text, as far as a list may say it: no zone, no IPv4 in IPv6, no host
// bits.
func standard(text string) (netip.Prefix, bool) {
	p, err := netip.ParsePrefix(text)
	if err != nil {
		a, err := netip.ParseAddr(text)
		if err != nil || a.Zone() != "" {
			return netip.Prefix{}, false
		}
		p = netip.PrefixFrom(a, a.BitLen())
	}
	return p, !p.Addr().Is4In6() && p == p.Masked()
}

func join(ps []netip.Prefix) string {
	out := ""
	for i, p := range ps {
		if i > 0 {
			out += " "
		}
		out += p.String()
	}
	return out
}
