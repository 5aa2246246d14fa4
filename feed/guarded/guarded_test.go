package guarded

import (
	"net/netip"
	"strings"
	"testing"
)

// Every section says whose it is, from where and of when; every line is an address, a network without host bits, or a
// name in lower case.
func TestTheFilesSayWhereTheyAreFrom(t *testing.T) {
	for _, s := range Sections() {
		if s.Owner == "" || s.Licence == "" || !strings.ContainsAny(s.Source, "0123456789") {
			t.Errorf("%+v", s)
		}
		if len(s.Prefixes)+len(s.Names) == 0 {
			t.Errorf("%s holds nothing", s.Owner)
		}
		for _, p := range s.Prefixes {
			if !p.Prefix.IsValid() || p.Prefix.Bits() < 8 {
				t.Errorf("%s: %v", s.Owner, p.Prefix)
			}
		}
		for _, n := range s.Names {
			if n.Name != strings.ToLower(n.Name) || strings.ContainsAny(n.Name, "/ *:") || !n.Whole && !strings.Contains(n.Name, ".") || strings.HasPrefix(n.Name, ".") {
				t.Errorf("%s: %q", s.Owner, n.Name)
			}
		}
	}
}

func TestWhatASiteCannotDoWithout(t *testing.T) {
	g := Default()
	for _, a := range []string{"1.1.1.1", "8.8.8.8", "9.9.9.9", "2620:fe::fe", "40.107.1.1", "52.100.0.1", "209.85.128.27", "104.16.1.1", "198.41.0.4"} {
		if _, ok := g.Address(netip.MustParseAddr(a)); !ok {
			t.Errorf("%s is not guarded", a)
		}
	}
	for _, n := range []string{"impots.gouv.fr", "franceconnect.gouv.fr", "app.franceconnect.gouv.fr", "www.cybermalveillance.gouv.fr",
		"outlook.office365.com", "login.microsoftonline.com", "smtp.gmail.com", "ocsp.digicert.com", "www.credit-agricole.fr", "github.com", "wetransfer.com"} {
		if _, ok := g.Name(n); !ok {
			t.Errorf("%s is not guarded", n)
		}
	}
	for _, n := range []string{"gouv.fr.evil.com", "evil.weebly.com", "credit-agricole-fr.com", "x.azurewebsites.net"} {
		if owner, ok := g.Name(n); ok {
			t.Errorf("%s is guarded as %s", n, owner)
		}
	}
	if _, ok := g.Address(netip.MustParseAddr("45.155.205.10")); ok {
		t.Error("an attacker is guarded")
	}
}
