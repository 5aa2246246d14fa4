package feed

import (
	"net/netip"
	"testing"
)

// A refresh of one list rebuilds only what it must: what the others' parts are made of is shared.
func TestTheNextSetSharesWhatDidNotChange(t *testing.T) {
	addresses, names, six := mustParse(t, "62.210.1.0/24\n", Info{Name: "a"}), mustParse(t, "evil.com\n", Info{Name: "n"}), mustParse(t, "2a01::/32\n", Info{Name: "s"})
	first := Merge([]*List{addresses, names, six}, nil)
	fresh := mustParse(t, "62.210.2.0/24\n", Info{Name: "a"})
	next := first.Next([]*List{fresh, names, six}, nil)
	if &next.names.keys[0] != &first.names.keys[0] || &next.v6.entries[0] != &first.v6.entries[0] || &next.v4.entries[0] == &first.v4.entries[0] {
		t.Error("what did not change is not shared, or what did is")
	}
	if _, old := next.Find(netip.MustParseAddr("62.210.1.1")); old {
		t.Error("the old version is still enforced")
	}
	if l, ok := next.Find(netip.MustParseAddr("62.210.2.1")); !ok || l.Why.List != "a" || len(next.FindName("x.evil.com"))+len(next.FindName("evil.com")) == 0 {
		t.Errorf("got %+v, %v", l, ok)
	}
	watched := mustParse(t, "evil.com\n", Info{Name: "n", Observe: true})
	for name, lists := range map[string][]*List{
		"one fewer":                    {addresses, six},
		"in another order":             {names, addresses, six},
		"observed from now on":         {addresses, watched, six},
		"another of the same contents": {addresses, mustParse(t, "evil.com\n", Info{Name: "n"}), six},
	} {
		if got := first.Next(lists, nil); len(got.names.keys) > 0 && &got.names.keys[0] == &first.names.keys[0] {
			t.Errorf("%s: the names are shared", name)
		}
	}
	if got := first.Next([]*List{addresses, names, six}, []netip.Prefix{netip.MustParsePrefix("62.210.1.0/24")}); got.Len() != 1 {
		t.Errorf("with an exception %d prefixes", got.Len())
	}
}
