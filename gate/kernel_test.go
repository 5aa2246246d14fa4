package gate

import (
	"errors"
	"net/netip"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cilium/ebpf"

	"abri.example/abri"
)

// bench is a gate that is on no port: packets are put through its programs one by one (BPF_PROG_TEST_RUN).
type bench struct {
	*Gate
	t     testing.TB
	wired bool // the last packet was redirected
	waits bool // the last packet that run put in is held
}

// privileged skips where the kernel does not let us load programs.
func privileged(t testing.TB) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("needs root: it loads programs into the kernel")
	}
	if err := Probe(); err != nil {
		t.Skipf("needs BPF: %v", err)
	}
}

func newBench(t testing.TB, mode abri.Mode) *bench {
	t.Helper()
	privileged(t)
	o := Options{PinDir: t.TempDir(), Outside: 1, Inside: 2, Mode: mode, Grace: time.Hour}
	if err := o.complete(); err != nil {
		t.Fatal(err)
	}
	g, err := load(o)
	if err != nil {
		var v *ebpf.VerifierError
		if errors.As(err, &v) {
			t.Fatalf("%+v", v)
		}
		t.Fatal(err)
	}
	if g.control, err = mapControl(g.maps.Control); err != nil {
		t.Fatal(err)
	}
	if g.filter, err = mapFilter(g.maps.BanFilter); err != nil {
		t.Fatal(err)
	}
	if g.narrow, err = mapFilter(g.maps.NarrowFilter); err != nil {
		t.Fatal(err)
	}
	if g.ring, err = openRing(g.maps.Ring); err != nil {
		t.Fatal(err)
	}
	g.control.set(o, Monotonic(), g.ring.isFilled())
	t.Cleanup(func() { g.Close() })
	return &bench{Gate: g, t: t}
}

// run puts one frame in by a side and gives the reason that was counted; it checks that exactly one was, and that the
// packet's fate is that of the reason.
func (b *bench) run(side int, data []byte) Reason {
	b.t.Helper()
	before := b.packets(side)
	dropped := b.push(side, data)
	after := b.packets(side)
	b.waits = after[waiting] > before[waiting]
	found, n := reasons, uint64(0)
	for r := range before[:reasons] {
		if d := after[r] - before[r]; d > 0 {
			found, n = Reason(r), n+d
		}
	}
	if n != 1 {
		b.t.Fatalf("%d packets counted, want 1", n)
	}
	if (found.Dropped() || b.waits) != dropped { // an answer in its stead is no passing either
		b.t.Fatalf("counted as %v, dropped %v", found, dropped)
	}
	return found
}

// later moves the gate's clock on, which stands still from the first time on.
func (b *bench) later(d time.Duration) {
	b.t.Helper()
	at := &b.control.at.Clock
	if *at == 0 {
		*at = uint64(Monotonic())
	}
	*at += uint64(d)
	b.do(b.Beat(int64(*at)))
}

// push puts one frame in and reports whether it was dropped, or sent back.
func (b *bench) push(side int, data []byte) bool {
	b.t.Helper()
	fate, _ := b.through(side, data)
	return fate != fatePass
}

// What becomes of a frame: enum xdp_action.
const (
	fateDrop   = 1
	fatePass   = 2
	fateAnswer = 3
)

// through puts one frame in, on the loopback device that test runs come from, and gives its fate and what it became.
func (b *bench) through(side int, data []byte) (fate uint32, out []byte) {
	b.t.Helper()
	program := b.programs.AbriXdp
	switch side {
	case int(abri.Outside):
		atomic.StoreUint32(&b.control.at.Inside, 2)
	case int(abri.Inside):
		atomic.StoreUint32(&b.control.at.Inside, 1)
	case sideBox:
		program = b.programs.AbriEgress
	}
	o := ebpf.RunOptions{Data: data, DataOut: make([]byte, len(data)+1024)}
	fate, err := program.Run(&o)
	if err != nil {
		b.t.Fatal(err)
	}
	b.wired = side != sideBox && fate == redirected
	if b.wired {
		fate = fatePass
	}
	if side == sideBox { // TC_ACT_SHOT is XDP_PASS's number
		fate = map[bool]uint32{true: fateDrop, false: fatePass}[fate == 2]
	}
	return fate, o.DataOut
}

// redirected is XDP_REDIRECT.
const redirected = 4

// waiting is where the packets that are held are counted.
const waiting = kernelReasonWAITING

// packets reads all counters in one call: a test of many packets asks twice for each.
func (b *bench) packets(side int) (n [kernelReasonREASONS]uint64) {
	b.t.Helper()
	cpus := ebpf.MustPossibleCPU()
	size := int(b.maps.Counts.MaxEntries())
	keys, each := make([]uint32, size), make([]kernelCount, size*cpus)
	var cursor ebpf.MapBatchCursor
	if _, err := b.maps.Counts.BatchLookup(&cursor, keys, each, nil); err != nil && !errors.Is(err, ebpf.ErrKeyNotExist) {
		b.t.Fatal(err)
	}
	for r := range n {
		at := (side*int(kernelReasonREASONS) + r) * cpus
		for _, c := range each[at : at+cpus] {
			n[r] += c.Packets
		}
	}
	return n
}

// lists loads prefixes given as text.
func (b *bench) lists(prefixes ...string) {
	b.t.Helper()
	v4, v6 := entries(prefixes...)
	if _, err := b.Load(v4, v6); err != nil {
		b.t.Fatal(err)
	}
}

func entries(prefixes ...string) (v4 []uint64, v6 []Prefix6) {
	for _, s := range prefixes {
		p := netip.MustParsePrefix(s)
		if p.Addr().Is4() {
			v4 = append(v4, entry4(p))
		} else {
			v6 = append(v6, entry6(p))
		}
	}
	return v4, v6
}

func entry4(p netip.Prefix) uint64 { return uint64(word4(p.Addr()))<<8 | uint64(p.Bits()) }

func entry6(p netip.Prefix) Prefix6 {
	b := p.Addr().As16()
	var e Prefix6
	for i := range 8 {
		e.Hi, e.Lo = e.Hi<<8|uint64(b[i]), e.Lo<<8|uint64(b[i+8])
	}
	e.Bits = uint8(p.Bits())
	return e
}

func (b *bench) do(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

// copies drains the ring.
func (b *bench) copies() (all []Record) {
	b.t.Helper()
	b.SetDeadline(time.Unix(1, 0)) // only what is already there
	for {
		var r Record
		err := b.Read(&r)
		if errors.Is(err, os.ErrDeadlineExceeded) {
			return all
		}
		b.do(err)
		r.Data = append([]byte(nil), r.Data...)
		all = append(all, r)
	}
}
