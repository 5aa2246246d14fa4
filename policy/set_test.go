package policy

import (
	"math/rand/v2"
	"net/netip"
	"testing"
	"time"

	"abri.example/abri"
)

// A set answers like one that asks every entry.
func TestSet(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 8))
	address := func() netip.Addr {
		if random.IntN(2) == 0 {
			return netip.AddrFrom4([4]byte{192, 0, byte(random.IntN(4)), byte(random.IntN(256))})
		}
		return netip.AddrFrom16([16]byte{0x20, 1, 0xd, 0xb8, 15: byte(random.IntN(256))})
	}
	for range 100 {
		var es []Entry
		for range random.IntN(60) {
			a := address()
			e := Entry{Prefix: netip.PrefixFrom(a, a.BitLen()-random.IntN(12))}
			if random.IntN(2) == 0 {
				e.Until = now.Add(time.Duration(random.IntN(3)-1) * time.Minute)
			}
			es = append(es, e)
		}
		s, err := newSet(abri.RuleBan, es)
		if err != nil {
			t.Fatal(err)
		}
		for range 200 {
			a := address()
			bits, want := -1, false
			for _, e := range es {
				if e.Prefix.Contains(a) && (e.Until.IsZero() || now.Before(e.Until)) {
					bits, want = max(bits, e.Prefix.Bits()), true
				}
			}
			got, ok := s.find(netip.AddrFrom16(a.As16()), now) // in either form
			if ok != want || ok && (got.Prefix.Bits() != bits || !got.Prefix.Contains(a)) {
				t.Fatalf("%s is found in %v (%v), want one of /%d (%v) of %v", a, got.Prefix, ok, bits, want, es)
			}
		}
	}
	var none set
	if _, ok := none.find(netip.Addr{}, now); ok {
		t.Error("the empty set holds the zero address")
	}
	s, err := newSet(abri.RuleBan, entries("::ffff:192.0.2.0/120", "::/0"))
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := s.find(netip.MustParseAddr(clean), now); !ok {
		t.Error("an IPv4 prefix in IPv6 form holds nothing")
	}
	if _, ok := s.find(netip.Addr{}, now); ok {
		t.Error("the zero address is held")
	}
}
