package feed

import (
	"net/netip"
	"slices"
	"strings"
	"testing"
)

// A list of resolvers stops nothing, and gives its names and addresses to who closes them.
func TestListsOfResolvers(t *testing.T) {
	read := func(text string, i Info) *List {
		l, err := Parse(strings.NewReader(text), i)
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	s := Merge([]*List{
		read("dns.example.org\n8.26.56.10\n2001:1608:10:25::1c04:b12f\n", Info{Name: "ut1-doh", Observe: true, Resolvers: true}),
		read("evil.com\n62.210.1.7\n", Info{Name: "evil"}),
		read("watched.com\n62.210.1.8\n", Info{Name: "watched", Observe: true}),
	}, nil)
	if got := s.ResolverAddresses(); !slices.Equal(got, []netip.Addr{netip.MustParseAddr("8.26.56.10"), netip.MustParseAddr("2001:1608:10:25::1c04:b12f")}) {
		t.Errorf("the addresses are %v", got)
	}
	if got, want := s.ResolverKeys(), NameTree("dns.example.org"); len(got) != 2 || !slices.Contains(got, want[0]) || !slices.Contains(got, want[1]) {
		t.Errorf("the keys are %x, want %x", got, want)
	}
	for name, want := range map[string]bool{"dns.example.org": true, "a.dns.example.org.": true, "example.org": false, "evil.com": false, "watched.com": false} {
		if s.IsResolver(name) != want {
			t.Errorf("%s is a resolver: %v", name, !want)
		}
	}
	if keys := s.NameKeys(); len(keys) != 1 || s.Len() != 1 {
		t.Errorf("%d names and %d addresses are stopped", len(keys), s.Len())
	}
}
