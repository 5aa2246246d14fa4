package gate

import (
	"math/rand/v2"
	"net/netip"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"abri.example/abri"
)

// TestFiguresChange is what changes the gate while it runs.
func TestFiguresChange(t *testing.T) {
	measuring(t)
	b := newBench(t, abri.Protect)
	for _, n := range []int{1_000_000, 10_000_000} {
		v4, v6 := randomLists(rand.New(rand.NewPCG(1, 1)), n, 100_000)
		for range 3 {
			stats, err := b.Load(v4, v6)
			b.do(err)
			maps, err := b.Memory()
			b.do(err)
			t.Logf("%d + 100,000 prefixes from memory to enforced: %v; maps %d MB", n, stats.Took.Round(time.Millisecond), maps>>20)
		}
	}
	took := func(name string, fn func(i int)) {
		all := make([]time.Duration, 1000)
		for i := range all {
			start := time.Now()
			fn(i)
			all[i] = time.Since(start)
		}
		slices.Sort(all)
		t.Logf("%-44s median %v  99%% %v  worst %v", name, all[500], all[990], all[999])
	}
	gen := atomic.LoadUint32(&b.control.at.Gen)
	took("flip of a generation", func(i int) { atomic.StoreUint32(&b.control.at.Gen, gen^uint32(i&1)) })
	at := func(i int) netip.Prefix {
		return netip.PrefixFrom(netip.AddrFrom4([4]byte{80, 3, byte(i >> 8), byte(i)}), 32)
	}
	took("ban", func(i int) { b.do(b.Ban(at(i), 0)) })
	took("release of a ban", func(i int) { b.do(b.Unban(at(i))) })
	took("exemption", func(i int) { b.do(b.Exempt(at(i), 0)) })
}
