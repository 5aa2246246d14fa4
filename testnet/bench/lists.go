package main

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"os"
	"slices"
	"sync"

	"abri.example/abri/feed"
	"abri.example/abri/feed/guarded"
)

// How many prefixes are promised to be enforced within the bar.
const (
	wanted4 = 1_000_000
	wanted6 = 100_000
)

// writeLists writes a list of each family, the same for the same seed: no two prefixes overlap, so that as many are
// enforced as are written.
func writeLists(name4, name6 string, seed uint64) error {
	random := rand.New(rand.NewPCG(seed, 1))
	if err := writeList(name4, wanted4, func() netip.Prefix { return some4(random) }); err != nil {
		return err
	}
	return writeList(name6, wanted6, func() netip.Prefix { return some6(random) })
}

func writeList(name string, n int, some func() netip.Prefix) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	defer f.Close()
	w := bufio.NewWriter(f)
	fmt.Fprintln(w, "# made up by the benchmark")
	for known := make(map[netip.Prefix]bool, n); len(known) < n; {
		p := some()
		if known[p] || touchesSpared(p) {
			continue
		}
		known[p] = true
		if p.IsSingleIP() {
			fmt.Fprintln(w, p.Addr())
		} else {
			fmt.Fprintln(w, p)
		}
	}
	return w.Flush()
}

// host4 is a single address.
func host4(a uint32) netip.Prefix {
	return netip.PrefixFrom(netip.AddrFrom4([4]byte(binary.BigEndian.AppendUint32(nil, a))), 32)
}

// some4 is an address, or, in one /16 of ten, a /24: scattered over the whole Internet, which is the worst for the
// kernel's table.
func some4(random *rand.Rand) netip.Prefix {
	a := random.Uint32()
	bits := 32
	if a>>16%10 == 0 {
		bits = 24
	}
	return netip.PrefixFrom(netip.AddrFrom4([4]byte(binary.BigEndian.AppendUint32(nil, a))), bits).Masked()
}

// some6 is an address, a /64, a /48 or a /32, each of its own part of what is given out, so that none holds another.
func some6(random *rand.Rand) netip.Prefix {
	kinds := [...]struct {
		first byte
		bits  int
	}{{0x24, 128}, {0x24, 128}, {0x24, 128}, {0x24, 128}, {0x24, 128}, {0x24, 128}, {0x26, 64}, {0x26, 64}, {0x28, 48}, {0x2a, 32}}
	k := kinds[random.IntN(len(kinds))]
	var b [16]byte
	binary.BigEndian.PutUint64(b[:], random.Uint64())
	binary.BigEndian.PutUint64(b[8:], random.Uint64())
	b[0] = k.first
	return netip.PrefixFrom(netip.AddrFrom16(b), k.bits).Masked()
}

// spared is the space that no box takes from a list: reserved space, and what is guarded. Sorted, so that it is searched
// by halves.
var spared = sync.OnceValue(func() []netip.Prefix {
	all := feed.Reserved()
	for _, s := range guarded.Sections() {
		for _, p := range s.Prefixes {
			all = append(all, p.Prefix)
		}
	}
	slices.SortFunc(all, netip.Prefix.Compare)
	outer := all[:0] // of those that lie within another, only the other
	for _, p := range all {
		if n := len(outer); n == 0 || !outer[n-1].Overlaps(p) {
			outer = append(outer, p)
		}
	}
	return outer
})

// touchesSpared reports whether a prefix and the spared space overlap: only those beside its place can.
func touchesSpared(p netip.Prefix) bool {
	all := spared()
	at, _ := slices.BinarySearchFunc(all, p, netip.Prefix.Compare)
	return at > 0 && all[at-1].Overlaps(p) || at < len(all) && all[at].Overlaps(p)
}
