package gate

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"abri.example/abri"
)

// edges are the first and last address of a prefix, and their neighbours outside it.
func edges(p netip.Prefix) (inside, outside []netip.Addr) {
	b := p.Masked().Addr().AsSlice()
	last := slices.Clone(b)
	for i := p.Bits(); i < len(b)*8; i++ {
		last[i/8] |= 0x80 >> (i % 8)
	}
	first, _ := netip.AddrFromSlice(b)
	end, _ := netip.AddrFromSlice(last)
	return []netip.Addr{first, end}, []netip.Addr{first.Prev(), end.Next()}
}

// everyPrefix is one prefix of each length that a list may hold.
func everyPrefix() (prefixes []string) {
	for bits := 8; bits <= 32; bits++ {
		prefixes = append(prefixes, netip.PrefixFrom(netip.AddrFrom4([4]byte{byte(20 + 2*bits), 85, 170, 85}), bits).Masked().String())
	}
	for bits := 19; bits <= 128; bits++ {
		a := netip.MustParseAddr(fmt.Sprintf("2%x:5555:aaaa:5555:aaaa:5555:aaaa:5555", 0x400+8*bits))
		prefixes = append(prefixes, netip.PrefixFrom(a, bits).Masked().String())
	}
	return prefixes
}

// TestEveryLength asks the kernel at the edges of one prefix of each length, as source and as destination.
func TestEveryLength(t *testing.T) {
	b := newBench(t, abri.Protect)
	prefixes := everyPrefix()
	b.lists(prefixes...)
	v4, v6 := b.Entries()
	if v4 != 25 || v6 != 110 {
		t.Fatalf("%d and %d entries stand, want 25 and 110", v4, v6)
	}
	for _, s := range prefixes {
		p := netip.MustParsePrefix(s)
		other := "80.1.1.1"
		if p.Addr().Is6() {
			other = "2a01:e0a::1"
		}
		ask := func(a netip.Addr, src, dst Reason) {
			t.Helper()
			if got := b.run(out, (frame{src: a.String(), dst: other, proto: protoUDP}).bytes()); got != src {
				t.Errorf("%s from %s: %v", s, a, got)
			}
			if got := b.run(in, (frame{src: other, dst: a.String(), proto: protoUDP}).bytes()); got != dst {
				t.Errorf("%s to %s: %v", s, a, got)
			}
		}
		inside, outside := edges(p)
		for _, a := range inside {
			ask(a, DropListSrc, DropListDst)
		}
		for _, a := range outside {
			ask(a, Pass, Pass)
		}
	}
}

// TestLoadRefuses names what must not be enforced, and changes nothing.
func TestLoadRefuses(t *testing.T) {
	for _, c := range []struct{ prefix, what string }{
		{"2.0.0.0/7", "too wide"}, {"10.1.2.3/32", "reserved"}, {"100.64.1.0/24", "reserved"}, {"127.0.0.1/32", "reserved"},
		{"169.254.1.1/32", "reserved"}, {"172.31.0.0/16", "reserved"}, {"192.168.0.0/16", "reserved"}, {"192.0.0.0/8", "reserved"},
		{"203.0.113.7/32", "reserved"}, {"224.0.0.1/32", "reserved"}, {"255.255.255.255/32", "reserved"}, {"0.0.0.0/8", "reserved"},
		{"2a00::/18", "too wide"}, {"fe80::1/128", "not a global"}, {"::1/128", "not a global"}, {"ff02::1/128", "not a global"},
		{"fd00::/32", "not a global"}, {"2001:db8::1/128", "reserved"}, {"2002:1::/32", "reserved"}, {"2001:0:1::/48", "reserved"},
	} {
		v4, v6 := entries(c.prefix)
		err := refuse4(slices.Values(v4))
		if err == nil {
			err = refuse6(v6)
		}
		if abri.CodeOf(err) != abri.CodeRefused || !strings.Contains(err.Error(), c.what) || !strings.Contains(err.Error(), c.prefix) {
			t.Errorf("%s: %v, want %q", c.prefix, err, c.what)
		}
	}
	if err := refuse4(slices.Values([]uint64{1 << 41, 0})); abri.CodeOf(err) != abri.CodeRefused {
		t.Errorf("not an address: %v", err)
	}
	b := newBench(t, abri.Protect)
	b.lists("45.9.20.0/24")
	if _, err := b.Load(entries("80.1.0.0/16", "10.0.0.0/8")); err == nil {
		t.Error("10/8 was taken")
	}
	if v4, _ := b.Entries(); v4 != 1 {
		t.Errorf("a refused load left %d entries", v4)
	}
}

// TestLoadAgain: lists replace each other, grow, shrink and empty; the counts are those of the kernel.
func TestLoadAgain(t *testing.T) {
	b := newBench(t, abri.Protect)
	random := rand.New(rand.NewPCG(1, 2))
	var last []uint64
	for _, n := range []int{10, 5000, 0, 20000, 3} {
		v4, v6 := randomLists(random, n, n)
		stats, err := b.Load(v4, v6)
		b.do(err)
		got4, got6 := b.Entries()
		if stats.V4 != n || stats.V6 != n || got4 != n || got6 != n {
			t.Errorf("%d entries: %+v, then %d and %d", n, stats, got4, got6)
		}
		last = v4
	}
	outline, free, err := mapped[leaf4](b.arrays[kernelMapOutlines4][atomic.LoadUint32(&b.control.at.Gen)], 3)
	b.do(err)
	first, _, _ := span4(last[0])
	outline[first>>16] = leaf4{}
	free()
	if v4, v6 := b.Entries(); v4 != 0 || v6 != 3 {
		t.Errorf("a table that is not what was loaded counts %d and %d", v4, v6)
	}
}

// randomLists gives prefixes that Load takes.
func randomLists(r *rand.Rand, n4, n6 int) (v4 []uint64, v6 []Prefix6) {
	for len(v4) < n4 {
		e := uint64(r.Uint32())<<8 | uint64(min(32, 20+r.IntN(24)))
		if refuse4(slices.Values([]uint64{e})) == nil {
			v4 = append(v4, e)
		}
	}
	for len(v6) < n6 {
		p := Prefix6{1<<61 | r.Uint64()>>3, r.Uint64(), uint8([]int{29, 32, 40, 48, 56, 64, 128}[r.IntN(7)])}
		if refuse6([]Prefix6{p}) == nil {
			v6 = append(v6, p)
		}
	}
	return v4, v6
}

// TestSwap flips between two lists, both of which hold one address, under packets: not one of it may pass, and none of
// the honest one may be stopped.
func TestSwap(t *testing.T) {
	b := newBench(t, abri.Protect)
	first4, first6 := entries("45.9.20.0/24", "2a0b:1::/32")
	other4, other6 := entries("45.9.20.7/32", "2a0b:1::7/128", "2a0b:1::/48")
	_, err := b.Load(first4, first6)
	b.do(err)
	done := make(chan error)
	go func() {
		for i := range 20 {
			v4, v6 := first4, first6
			if i%2 == 0 {
				v4, v6 = other4, other6
			}
			if _, err := b.Load(v4, v6); err != nil {
				done <- err
				return
			}
		}
		done <- nil
	}()
	bad := [][]byte{(frame{src: "45.9.20.7", dst: "192.168.1.2", proto: protoUDP}).bytes(), (frame{src: "2a0b:1::7", dst: "2a01::2", proto: protoUDP}).bytes()}
	good := [][]byte{(frame{src: "45.9.21.7", dst: "192.168.1.2", proto: protoUDP}).bytes(), (frame{src: "2a0b:2::7", dst: "2a01::2", proto: protoUDP}).bytes()}
	for n := 0; ; n++ {
		select {
		case err := <-done:
			b.do(err)
			t.Logf("%d rounds of packets during 20 swaps", n)
			return
		default:
		}
		for i := range bad {
			if !b.push(out, bad[i]) || b.push(out, good[i]) {
				t.Fatalf("round %d: a packet met no list, or half of one", n)
			}
		}
	}
}

// TestTable6 fills the hash to its bound and beyond.
func TestTable6(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	_, v6 := randomLists(random, 0, 6000)
	table := func(buckets int) *table6 {
		t := &table6{outline: make([]leaf4, 1<<13), root: make([]uint16, 1<<21), sets: make([]lengths6, 1<<16), buckets: make([]bucket6, buckets), seed: 1}
		t.begin()
		return t
	}
	fits := table(buckets6For(len(v6)))
	for range 2 {
		if !fits.fill(v6) {
			t.Fatal("half full is too full")
		}
	}
	if fits.census() != uint64(len(v6)) {
		t.Errorf("%d slots for %d prefixes, twice", fits.census(), len(v6))
	}
	for _, p := range v6 {
		if !fits.stands(p) {
			t.Errorf("%v is lost", p.Prefix())
		}
	}
	if table(1024).fill(v6) {
		t.Error("6,000 prefixes in 4,096 slots")
	}
	few := table(buckets6For(len(v6)))
	few.sets = few.sets[:4]
	for _, p := range v6 {
		if !few.add(p) || !few.stands(p) {
			t.Fatalf("%v is lost when the numbers of sets run out", p.Prefix())
		}
	}
}
