package feed

import (
	"encoding/binary"
	"net/netip"
	"reflect"
	"slices"
	"testing"
)

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
