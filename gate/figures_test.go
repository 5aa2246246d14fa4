package gate

import (
	"math/rand/v2"
	"net/netip"
	"os"
	"runtime"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cilium/ebpf"
	"golang.org/x/sys/unix"

	"abri.example/abri"
)

// conversations is how many the random figures roam among: half of what the table of a box holds.
const conversations = 1 << 15

// measuring skips what takes long and proves nothing by itself, and keeps the rest on one processor.
func measuring(t *testing.T) {
	t.Helper()
	if os.Getenv("ABRI_FIGURES") == "" {
		t.Skip("measures only: ABRI_FIGURES=1, or make bench-gate")
	}
	privileged(t)
	runtime.LockOSThread()
	t.Cleanup(runtime.UnlockOSThread)
	var before, one unix.CPUSet
	fatal(t, unix.SchedGetaffinity(0, &before))
	last := runtime.NumCPU() - 1
	one.Set(last)
	fatal(t, unix.SchedSetaffinity(0, &one))
	t.Cleanup(func() { unix.SchedSetaffinity(0, &before) })
	t.Logf("on processor %d of %d", last, runtime.NumCPU())
}

// figure is one thing measured: the time of one packet, in ns, a call.
type figure struct {
	name  string
	once  func() float64
	ns    []float64
	reach float64 // ns; 0 where nothing was promised
}

// inTurns takes a sample of each in turn, so that what else the machine does falls on all alike, and prints medians; the
// first figure is the yardstick of the others.
func inTurns(t *testing.T, rounds int, all []*figure) {
	t.Helper()
	for range rounds {
		for _, f := range all {
			f.ns = append(f.ns, f.once())
		}
	}
	for _, f := range all {
		f.print(t, all[0].median())
	}
}

func (f *figure) median() float64 {
	s := slices.Sorted(slices.Values(f.ns))
	return s[len(s)/2]
}

func (f *figure) print(t *testing.T, bare float64) {
	t.Helper()
	s := slices.Sorted(slices.Values(f.ns))
	verdict := ""
	if f.reach > 0 {
		verdict = map[bool]string{true: "reached", false: "MISSED"}[f.median() <= f.reach]
	}
	t.Logf("%-44s median %6.0f ns  best %6.0f  worst %6.0f  ×%.1f bare  reach %4.0f %s", f.name, f.median(), s[0], s[len(s)-1], f.median()/bare, f.reach, verdict)
}

// repeated is the kernel's own time of a packet (BPF_PROG_TEST_RUN).
func repeated(t *testing.T, program *ebpf.Program, data []byte, times int) func() float64 {
	return func() float64 {
		_, took, err := program.Benchmark(data, times, nil)
		fatal(t, err)
		return float64(took.Nanoseconds())
	}
}

// TestFiguresHot is one packet again and again, its conversation known and read: all is in the caches.
func TestFiguresHot(t *testing.T) {
	measuring(t)
	b, bare := newBench(t, abri.Protect), newBare(t)
	b.million()
	gate := b.programs.AbriXdp
	four := frame{src: "80.2.2.2", dst: "80.1.1.1", proto: protoTCP, sport: 1, dport: 443, flags: ack, payload: 20}
	six := frame{src: "2a0c:1::1", dst: "2a01:e0a::1", proto: protoTCP, sport: 1, dport: 443, flags: ack, payload: 20}

	bad, tagged, cut := b.listedFrame(), four, four
	tagged.tags, cut.options = []uint16{0x8100}, 2
	var all []*figure
	for _, c := range []struct {
		name  string
		p     *ebpf.Program
		f     frame
		reach float64
	}{
		{"bare XDP_PASS", bare, four, 0}, {"IPv4, hot", gate, four, 150}, {"IPv6, hot", gate, six, 150},
		{"listed source, dropped, hot", gate, bad, 200}, {"IPv4 in a VLAN, hot", gate, tagged, 0}, {"IPv4 with options, hot", gate, cut, 0},
	} {
		data := c.f.bytes()
		repeated(t, c.p, data, 1000)()
		all = append(all, &figure{name: c.name, once: repeated(t, c.p, data, 500_000), reach: c.reach})
	}
	inTurns(t, 15, all)
}

// TestFiguresRandom gives each packet one of many sources, over a million prefixes.
func TestFiguresRandom(t *testing.T) {
	measuring(t)
	four := (frame{src: "80.2.2.2", dst: "80.1.1.1", proto: protoTCP, sport: 1, dport: 443, flags: ack, payload: 1000}).bytes()
	six := (frame{src: "2a0c:1::1", dst: "2a01:e0a::1", proto: protoTCP, sport: 1, dport: 443, flags: ack, payload: 1000}).bytes()
	random := rand.New(rand.NewPCG(7, 7))
	for _, c := range []struct {
		name              string
		data              []byte
		v6, ports, listed bool
		reach             float64
	}{
		{name: "IPv4, random, conversation known", data: four, reach: 350},
		{name: "IPv6, random, conversation known", data: six, v6: true, reach: 350},
		{name: "listed sources, random, attempt known", data: four, listed: true},
		{name: "IPv4, every packet a new conversation", data: four, ports: true, reach: 1500},
	} {
		b, bare := newBench(t, abri.Protect), newBare(t)
		listed := b.million()
		sources := sources6(random, conversations)
		if !c.v6 {
			sources = sources4(random, conversations, func(a uint32) bool { return listed(a) == c.listed })
		}
		r := newRoam(t, c.v6, c.ports, sources)
		r.leadTo(t, b.programs.AbriXdp)
		for range 30 * conversations / 2000 { // until all are known and read to the end; a full ring would be tried again
			repeated(t, r.Program, c.data, 2000)()
			b.copies()
		}
		before := b.ringCounts()
		led := func(to *ebpf.Program) func() float64 {
			once := repeated(t, r.Program, c.data, 300_000)
			return func() float64 { r.leadTo(t, to); return once() }
		}
		yard := &figure{name: "bare, with the change of source", once: led(bare)}
		whole := &figure{name: c.name, once: led(b.programs.AbriXdp), reach: c.reach}
		inTurns(t, 15, []*figure{yard, whole})
		after := b.ringCounts()
		t.Logf("%-44s added  %6.0f ns; %d copies and %d lost", c.name, whole.median()-yard.median(),
			after.Copies.Packets-before.Copies.Packets, after.Lost.Packets-before.Lost.Packets)
		b.Close()
	}
}

func (b *bench) ringCounts() Counters {
	b.t.Helper()
	n, err := b.Counters()
	b.do(err)
	return n
}

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

func newBare(t *testing.T) *ebpf.Program {
	t.Helper()
	p, err := ebpf.NewProgram(bareXDP)
	fatal(t, err)
	t.Cleanup(func() { p.Close() })
	return p
}

// million loads 1M IPv4 and 100k IPv6 prefixes, less those that hold what the figures take for honest, and tells whether
// an IPv4 address stands in them.
func (b *bench) million() (listed func(uint32) bool) {
	b.t.Helper()
	v4, v6 := randomLists(rand.New(rand.NewPCG(1, 1)), 1_000_000, 100_000)
	home := word4(netip.MustParseAddr("80.0.0.0"))
	v4 = slices.DeleteFunc(v4, func(e uint64) bool { return uint32(e>>8)>>24 == home>>24 })
	_, err := b.Load(v4, v6)
	b.do(err)
	b.do(b.Beat(Monotonic() + int64(time.Hour))) // the agent lives as long as we measure
	root := make([]uint32, 1<<24)
	t := table4{outline: make([]leaf4, 1<<16), root: root, leaves: make([]leaf4, leavesOf(root, v4))}
	t.fill(v4)
	return t.has
}

// listedFrame is from an address of the loaded list.
func (b *bench) listedFrame() frame {
	a := netip.AddrFrom4([4]byte{45, 9, 20, 1})
	b.do(b.Ban(netip.PrefixFrom(a, 32), 0))
	return frame{src: a.String(), dst: "80.1.1.1", proto: protoTCP, sport: 1, dport: 443, flags: ack, payload: 20}
}
