package feed

import (
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"abri.example/abri"
)

var (
	attackers = Info{Name: "attackers", Publisher: "somebody", Dated: time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)}
	command   = Info{Name: "command", Publisher: "somebody else", Outward: abri.CommandAndControl}
)

func TestFindGivesTheMostSpecificEntry(t *testing.T) {
	s := Merge([]*List{
		mustParse(t, "62.210.0.0/16\n62.210.1.0/24\n2a01::/29\n", attackers),
		mustParse(t, "62.210.1.0/24\n62.210.1.7\n2a01::7\n", command),
	}, nil)
	for _, c := range []struct{ addr, entry, list string }{
		{"62.210.9.9", "62.210.0.0/16", "attackers"},
		{"62.210.1.6", "62.210.1.0/24", "attackers"}, // on both: the first list speaks
		{"62.210.1.7", "62.210.1.7/32", "command"},
		{"::ffff:62.210.1.7", "62.210.1.7/32", "command"},
		{"62.210.255.255", "62.210.0.0/16", "attackers"},
		{"2a01::7", "2a01::7/128", "command"},
		{"2a01::7%eth0", "2a01::7/128", "command"},
		{"2a01:7:ffff::", "2a01::/29", "attackers"},
		{"62.211.0.0", "", ""},
		{"62.209.255.255", "", ""},
		{"2a01:8::", "", ""},
		{"0.0.0.0", "", ""},
		{"::", "", ""},
	} {
		l, ok := s.Find(netip.MustParseAddr(c.addr))
		if ok != (c.list != "") || l.Why.List != c.list || ok && l.Why.Entry.String() != c.entry {
			t.Errorf("Find(%s) = %v, %v; want %s of %s", c.addr, l, ok, c.entry, c.list)
		}
	}
	if l, ok := s.Find(netip.Addr{}); ok {
		t.Errorf("the zero address is on %v", l)
	}
}

func TestFindSaysWhereItComesFrom(t *testing.T) {
	s := Merge([]*List{mustParse(t, "62.210.1.7\n", attackers), mustParse(t, "2a01::/32\n", command)}, nil)
	got, _ := s.Find(netip.MustParseAddr("62.210.1.7"))
	if got.Inward != abri.KnownAttacker || got.Outward != abri.KnownDestination || got.Why.Rule != abri.RuleList {
		t.Errorf("%+v", got)
	}
	if want := "62.210.1.7 is on the list attackers (somebody) of 2026-01-02"; got.Why.Sentence(abri.English) != want {
		t.Errorf("%q, want %q", got.Why.Sentence(abri.English), want)
	}
	if got, _ := s.Find(netip.MustParseAddr("2a01::9")); got.Outward != abri.CommandAndControl {
		t.Errorf("%+v", got)
	}
}

func TestAllNamesEachListOnce(t *testing.T) {
	s := Merge([]*List{
		mustParse(t, "62.210.0.0/16\n62.210.1.0/24\n62.210.1.7\n", Info{Name: "a"}),
		mustParse(t, "62.210.1.0/24\n", Info{Name: "b"}),
		mustParse(t, "62.210.1.7\n", Info{Name: "c"}),
		mustParse(t, "62.210.2.0/24\n", Info{Name: "d"}),
	}, nil)
	for _, c := range []struct{ addr, want string }{
		{"62.210.1.7", "a 62.210.1.7/32, c 62.210.1.7/32, b 62.210.1.0/24"},
		{"62.210.1.8", "a 62.210.1.0/24, b 62.210.1.0/24"},
		{"62.210.2.8", "d 62.210.2.0/24, a 62.210.0.0/16"},
		{"62.211.0.0", ""},
	} {
		var got []string
		for _, l := range s.All(netip.MustParseAddr(c.addr)) {
			got = append(got, l.Why.List+" "+l.Why.Entry.String())
		}
		if strings.Join(got, ", ") != c.want {
			t.Errorf("All(%s) = %v, want %s", c.addr, got, c.want)
		}
	}
}

func TestWhatIsEnforcedDoesNotOverlap(t *testing.T) {
	s := Merge([]*List{
		mustParse(t, "62.210.1.7\n62.210.1.0/24\n1.2.3.4\n2a01::/32\n2a01::/29\n", Info{}),
		mustParse(t, "62.210.0.0/16\n1.2.3.4\n2a02::1\n", Info{}),
	}, nil)
	if want := []uint64{0x01020304<<8 | 32, 0x3ed20000<<8 | 16}; !slices.Equal(s.V4(), want) {
		t.Errorf("V4 = %#x, want %#x", s.V4(), want)
	}
	if want := []Prefix6{{0x2a01 << 48, 0, 29}, {0x2a02 << 48, 1, 128}}; !slices.Equal(s.V6(), want) {
		t.Errorf("V6 = %v, want %v", s.V6(), want)
	}
	if s.Len() != 4 {
		t.Errorf("Len = %d, want 4", s.Len())
	}
}

func TestExceptionsAreNeverEnforced(t *testing.T) {
	s := Merge([]*List{mustParse(t, "62.210.1.7\n62.210.1.128/25\n62.210.0.0/16\n1.2.3.4\n2a01::7\n2a01::/64\n", Info{})},
		[]netip.Prefix{
			netip.MustParsePrefix("62.210.1.0/24"),
			netip.MustParsePrefix("::ffff:1.2.3.4/128"),
			netip.MustParsePrefix("2a01::7/126"), // host bits are ignored
			{},
		})
	for addr, want := range map[string]bool{
		"62.210.1.7": false, "62.210.1.200": false, "62.210.1.9": false, "62.210.2.1": true,
		"1.2.3.4": false, "2a01::7": false, "2a01::4": false, "2a01::8": true,
	} {
		if _, got := s.Find(netip.MustParseAddr(addr)); got != want {
			t.Errorf("%s found: %v, want %v", addr, got, want)
		}
	}
	if want := []uint64{0x3ed20000<<8 | 16}; !slices.Equal(s.V4(), want) {
		t.Errorf("V4 = %#x: an entry that holds an exception stays whole, those inside go; want %#x", s.V4(), want)
	}
	if len(s.V6()) != 1 || s.Len() != 2 {
		t.Errorf("V6 = %v, Len %d", s.V6(), s.Len())
	}
}

func TestAnEmptySetHoldsNothing(t *testing.T) {
	for _, s := range []*Set{Merge(nil, nil), Merge([]*List{mustParse(t, "", Info{})}, nil), {}} {
		if _, ok := s.Find(netip.MustParseAddr("1.2.3.4")); ok || s.Len() != 0 || len(s.All(netip.MustParseAddr("2a01::1"))) != 0 {
			t.Error("an empty set holds something")
		}
	}
}

func TestManyReadersOfOneSet(t *testing.T) {
	s := Merge([]*List{mustParse(t, "62.210.0.0/16\n2a01::/29\n", attackers)}, nil)
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for i := range 200 {
				_, in := s.Find(netip.AddrFrom4([4]byte{62, 210, byte(i), 1}))
				if !in || len(s.All(netip.MustParseAddr("2a01::1"))) != 1 || len(s.V4()) != 1 {
					t.Error("a reader got another answer")
				}
			}
		})
	}
	readers.Wait()
}
