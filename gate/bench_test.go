package gate

import (
	"math/rand/v2"
	"net/netip"
	"testing"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/asm"

	"abri.example/abri"
)

// bareXDP passes every packet: the yardstick.
var bareXDP = &ebpf.ProgramSpec{
	Type: ebpf.XDP, License: "GPL",
	Instructions: asm.Instructions{asm.Mov.Imm(asm.R0, 2), asm.Return()},
}

// BenchmarkGate is one packet through the whole gate, over 1M IPv4 and 100k IPv6 prefixes: read it beside the
// bare program. "random" runs each of many frames once a call, so that the tables are out of the caches
// (and so is all the rest: its bare program tells how much that is).
func BenchmarkGate(b *testing.B) {
	g := newBench(b, abri.Protect)
	random := rand.New(rand.NewPCG(1, 1))
	v4, v6 := randomLists(random, 1_000_000, 100_000)
	if _, err := g.Load(v4, v6); err != nil {
		b.Fatal(err)
	}
	bare, err := ebpf.NewProgram(bareXDP)
	g.do(err)
	defer bare.Close()
	frames4, frames6 := randomFrames(random, 4096)
	for _, c := range []struct {
		name    string
		program *ebpf.Program
		frames  [][]byte
	}{
		{"bare", bare, frames4[:1]}, {"hot4", g.programs.AbriXdp, frames4[:1]}, {"hot6", g.programs.AbriXdp, frames6[:1]},
	} {
		b.Run(c.name, func(b *testing.B) { repeat(b, c.program, c.frames, uint32(b.N)) })
	}
	for _, c := range []struct {
		name    string
		program *ebpf.Program
		frames  [][]byte
	}{
		{"bare", bare, frames4}, {"v4", g.programs.AbriXdp, frames4}, {"v6", g.programs.AbriXdp, frames6},
	} {
		b.Run("random/"+c.name, func(b *testing.B) { repeat(b, c.program, c.frames, 1) })
	}
}

// randomFrames are of conversations from outside; their first packets are not yet in the table.
func randomFrames(r *rand.Rand, n int) (v4, v6 [][]byte) {
	for range n {
		a, _ := netip.AddrFromSlice([]byte{byte(20 + r.IntN(60)), byte(r.Uint32()), byte(r.Uint32()), byte(r.Uint32())})
		v4 = append(v4, (frame{src: a.String(), dst: "80.1.1.1", proto: protoTCP, sport: uint16(r.Uint32()), dport: 443, flags: ack}).bytes())
		c := addr6(1<<61|r.Uint64()>>3, r.Uint64())
		v6 = append(v6, (frame{src: c.String(), dst: "2a01:e0a::1", proto: protoTCP, sport: uint16(r.Uint32()), dport: 443, flags: ack}).bytes())
	}
	return v4, v6
}

// repeat reports the kernel's own time for a packet: each frame runs times times in one call, b.N packets at least.
func repeat(b *testing.B, program *ebpf.Program, frames [][]byte, times uint32) {
	var total float64
	var n int
	for n = 0; n*int(times) < b.N; n++ {
		_, took, err := program.Benchmark(frames[n%len(frames)], int(times), nil)
		if err != nil {
			b.Fatal(err)
		}
		total += float64(took.Nanoseconds())
	}
	b.ReportMetric(total/float64(n), "ns/packet")
}

// BenchmarkLoad is 1M IPv4 and 100k IPv6 prefixes from memory to enforced.
func BenchmarkLoad(b *testing.B) {
	g := newBench(b, abri.Protect)
	v4, v6 := randomLists(rand.New(rand.NewPCG(1, 1)), 1_000_000, 100_000)
	for b.Loop() {
		if _, err := g.Load(v4, v6); err != nil {
			b.Fatal(err)
		}
	}
	n, err := g.Memory()
	g.do(err)
	b.ReportMetric(float64(n)/1e6, "MB-maps")
}

// BenchmarkEntries counts again what stands.
func BenchmarkEntries(b *testing.B) {
	g := newBench(b, abri.Protect)
	if _, err := g.Load(randomLists(rand.New(rand.NewPCG(1, 1)), 1_000_000, 100_000)); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if v4, _ := g.Entries(); v4 != 1_000_000 {
			b.Fatal(v4)
		}
	}
}
