package detect

import (
	"net/netip"
	"slices"
	"testing"
	"time"

	"abri.example/abri"
)

func TestTheFindingSaysAll(t *testing.T) {
	s := newSite()
	s.see(abri.Outside, syn(censys, mail, 25))
	s.wait(time.Hour)
	if len(s.found) != 1 {
		t.Fatalf("found %+v", s.found)
	}
	f := s.found[0]
	if f.Service != abri.Mail || f.Outside.String() != censys || f.Inside.String() != mail || f.Port != 25 || f.Proto != "tcp" ||
		!f.At.Equal(s.now) || len(f.Why.Evidence) != 1 || f.Why.Evidence[0].Value != "Censys" {
		t.Errorf("got %+v", f)
	}
}

func TestResearchScanner(t *testing.T) {
	for a, want := range map[string]string{
		"162.142.125.200": "Censys", "199.45.155.1": "Censys", "206.168.35.9": "Censys", "2602:80d:1003::42": "Censys",
		"::ffff:184.105.139.70": "Shadowserver", "184.105.139.130": "", "71.6.233.8": "Rapid7", "91.231.89.1": "ONYPHE",
		"192.0.2.1": "", "2001:db8::1": "",
	} {
		if got, ok := ResearchScanner(netip.MustParseAddr(a)); got != want || ok != (want != "") {
			t.Errorf("%s is %q, want %q", a, got, want)
		}
	}
	if _, ok := ResearchScanner(netip.Addr{}); ok {
		t.Error("the zero address is a research scanner")
	}
	for i, s := range scanners {
		for _, p := range s.from {
			if p != p.Masked() || p.Addr().IsPrivate() || p.Addr().Is4() && p.Bits() < 22 {
				t.Errorf("%s: %s is no prefix that one scanner can have", s.who, p)
			}
			for _, other := range scanners[:i] {
				if slices.ContainsFunc(other.from, p.Overlaps) {
					t.Errorf("%s of %s is also %s", p, s.who, other.who)
				}
			}
		}
	}
}
