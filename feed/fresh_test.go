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
