package feed

import (
	"net/netip"
	"testing"
)

func TestOnlyWhatIsNewIsFresh(t *testing.T) {
	f := FreshOf(mustParse(t, "62.210.1.0/24\n", Info{}), mustParse(t, "62.210.1.7\n62.210.2.0/24\n2a01::1\n", Info{Observe: true}))
	for addr, want := range map[string]string{"62.210.1.7": "", "62.210.2.9": "62.210.2.0/24", "2a01::1": "2a01::1/128", "62.210.3.1": ""} {
		got, ok := f.Find(netip.MustParseAddr(addr))
		if ok != (want != "") || ok && got.String() != want {
			t.Errorf("%s: %v, %v; want %q", addr, got, ok, want)
		}
	}
	if _, ok := FreshOf(nil, mustParse(t, "62.210.1.7\n", Info{})).Find(netip.MustParseAddr("62.210.1.7")); !ok {
		t.Error("all of a first version is fresh")
	}
}

func TestOnlyNewNamesAreFresh(t *testing.T) {
	f := FreshOf(mustParse(t, "||old.com^\nhost.fr\n", Info{Format: "adblock"}), mustParse(t, "||old.com^\n||new.com^\n||a.new.com^\n", Info{Format: "adblock"}))
	for name, want := range map[string]string{"www.old.com": "", "new.com": "new.com", "x.A.new.com.": "a.new.com", "x.new.com": "new.com", "else.com": "", "com": ""} {
		got, ok := f.FindName(name)
		if ok != (want != "") || got != want {
			t.Errorf("%s: %q, %v; want %q", name, got, ok, want)
		}
	}
	if _, ok := FreshOf(nil, mustParse(t, "new.com\n", Info{})).FindName("new.com"); !ok {
		t.Error("all of a first version is fresh")
	}
	if n := testing.AllocsPerRun(10, func() { f.Find(netip.MustParseAddr("62.210.1.7")) }); n != 0 {
		t.Errorf("an address costs %v allocations", n)
	}
}
