package feed

import (
	"encoding/binary"
	"net/netip"
	"reflect"
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
	if want := "62.210.1.7/32 is on the list attackers by somebody of 2026-01-02"; got.Why.Sentence(abri.English) != want {
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

// FuzzMerge holds the set against the plain thing: every entry of every list in a row, searched from end to end.
// The bytes are read as entries crowded into few bits, so that they nest, repeat and touch.
func FuzzMerge(f *testing.F) {
	f.Add([]byte{0, 24, 1, 1, 32, 1, 2, 24, 1, 3, 16, 0}, []byte{1, 24, 0})
	f.Add([]byte{4, 24, 1, 4, 24, 1, 5, 24, 1, 6, 20, 9, 7, 32, 3}, []byte{6, 31, 3})
	f.Add([]byte{}, []byte{})
	f.Fuzz(func(t *testing.T, listed, spared []byte) {
		lists := []*List{{info: Info{Name: "0"}}, {info: Info{Name: "1"}}, {info: Info{Name: "2"}}}
		plain := make([][]netip.Prefix, len(lists))
		for i, p := range crowded(listed) {
			at := i % len(lists)
			if err := lists[at].add(p); err != nil {
				t.Fatal(err)
			}
			plain[at] = append(plain[at], p)
		}
		for _, l := range lists {
			l.settle()
		}
		except := crowded(spared)
		s := Merge(lists, except)
		for _, p := range append(crowded(listed), except...) {
			for _, a := range []netip.Addr{p.Addr(), p.Addr().Prev(), lastOf(p), lastOf(p).Next()} {
				compare(t, s, plain, except, a)
			}
		}
		enforced(t, s)
	})
}

// crowded reads three bytes an entry: family and two bits of address, prefix length, low bits of address.
func crowded(b []byte) []netip.Prefix {
	var out []netip.Prefix
	for ; len(b) >= 3 && len(out) < 60; b = b[3:] {
		var a [16]byte
		a[0], a[1], a[2], a[3] = 0x20, b[0]>>6, b[0]>>4&3, b[2]
		p := netip.PrefixFrom(netip.AddrFrom4([4]byte(a[:4])), 8+int(b[1])%25)
		if b[0]&1 == 1 {
			a[8], a[15] = b[0]>>1&7, b[2]
			p = netip.PrefixFrom(netip.AddrFrom16(a), 19+int(b[1])%110)
		}
		out = append(out, p.Masked())
	}
	return out
}

func compare(t *testing.T, s *Set, plain [][]netip.Prefix, except []netip.Prefix, a netip.Addr) {
	t.Helper()
	holds := func(p netip.Prefix) bool { return p.Contains(a) }
	var bestList, lists int
	best := netip.Prefix{}
	for at, entries := range plain {
		found := false
		for _, p := range entries {
			inside := slices.ContainsFunc(except, func(x netip.Prefix) bool { return x.Overlaps(p) && x.Bits() <= p.Bits() })
			if !holds(p) || inside || slices.ContainsFunc(except, holds) {
				continue
			}
			found = true
			if !best.IsValid() || p.Bits() > best.Bits() {
				best, bestList = p, at
			}
		}
		if found {
			lists++
		}
	}
	got, ok := s.Find(a)
	if ok != best.IsValid() || ok && (got.Why.Entry != best || got.Why.List != s.infos[bestList].Name) {
		t.Fatalf("Find(%v) = %v %v, %v; want %v of list %d", a, got.Why.Entry, got.Why.List, ok, best, bestList)
	}
	if all := s.All(a); len(all) != lists || lists > 0 && !reflect.DeepEqual(all[0], got) {
		t.Fatalf("All(%v) names %d lists, want %d", a, len(all), lists)
	}
}

// enforced checks that what goes to the gate is sorted, apart, and covers exactly what the lists cover.
func enforced(t *testing.T, s *Set) {
	t.Helper()
	var out []netip.Prefix
	for _, key := range s.V4() {
		var b [4]byte
		binary.BigEndian.PutUint32(b[:], uint32(key>>8))
		out = append(out, netip.PrefixFrom(netip.AddrFrom4(b), int(key&0xff)))
	}
	for _, p := range s.V6() {
		out = append(out, p.Prefix())
	}
	if len(out) != s.Len() {
		t.Fatalf("Len %d, but %d prefixes", s.Len(), len(out))
	}
	for i := 1; i < len(out); i++ {
		if out[i-1].Compare(out[i]) >= 0 || out[i-1].Overlaps(out[i]) {
			t.Fatalf("%v then %v", out[i-1], out[i])
		}
	}
	for _, p := range allEntries(s) {
		if n := slices.IndexFunc(out, func(o netip.Prefix) bool { return o.Bits() <= p.Bits() && o.Contains(p.Addr()) }); n < 0 {
			t.Fatalf("%v is listed, and not enforced", p)
		}
	}
}

func allEntries(s *Set) []netip.Prefix {
	var out []netip.Prefix
	for _, e := range s.v4.entries {
		out = append(out, e.prefix())
	}
	for _, e := range s.v6.entries {
		out = append(out, e.prefix())
	}
	return out
}
