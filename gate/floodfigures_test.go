package gate

import (
	"math/rand/v2"
	"testing"

	"github.com/cilium/ebpf"

	"abri.example/abri"
)

// TestFiguresFlood is what the bars add to a packet in calm, to a connection that is asked for, and what one costs that is
// held back, of one source.
func TestFiguresFlood(t *testing.T) {
	measuring(t)
	known := frame{src: "80.2.2.2", dst: "80.1.1.1", proto: protoTCP, sport: 1, dport: 80, flags: ack, payload: 20}
	stray := frame{src: "80.2.2.4", dst: "80.1.1.1", proto: protoTCP, sport: 1, dport: 80, flags: ack, payload: 20}
	open := frame{src: "80.2.2.3", dst: "80.1.1.1", proto: protoTCP, sport: 1, dport: 443, flags: syn, payload: 20}
	wide, narrow := Bar{Pace{MaxRate, MaxBurst}, Pace{MaxRate, MaxBurst}, Pace{MaxRate, MaxBurst}}, slow(1, 1, 1)
	all := []*figure{{name: "bare XDP_PASS", once: repeated(t, newBare(t), known.bytes(), 500_000)}}
	figureOf := func(name string, bar *Bar, f frame, reach float64) {
		b := newBench(t, abri.Protect)
		b.million()
		if bar != nil {
			var bars Bars
			for _, p := range Pressures {
				bars[p] = *bar
			}
			b.do(b.SetBars(&bars))
			b.control.at.Familiar = 0
		}
		b.conversation("80.2.2.2", "80.1.1.1", 1)
		b.control.at.Inside = fromOutside
		repeated(t, b.programs.AbriXdp, f.bytes(), 1000)()
		all = append(all, &figure{name: name, once: repeated(t, b.programs.AbriXdp, f.bytes(), 300_000), reach: reach})
	}
	figureOf("the usual packet, no bars", nil, known, 0)
	figureOf("the usual packet, with bars", &wide, known, 0)
	figureOf("a stray segment, with bars, measured", &wide, stray, 0)
	figureOf("an opening, no bars", nil, open, 0)
	figureOf("an opening, with bars, measured", &wide, open, 0)
	figureOf("an opening held back, one source", &narrow, open, 200)
	inTurns(t, 15, all)
	t.Logf("the bars add %.0f ns to the usual packet, %.0f to an opening; promised: at most 80 in calm",
		all[2].median()-all[1].median(), all[5].median()-all[4].median())
	t.Logf("what floods drive takes %d kB of the kernel's memory, fixed at start", newBench(t, abri.Protect).floodMemory()/1000)
}

// TestFiguresForged is what a packet of a flood costs that has another forged source each time: of a set so large that what is
// remembered of them lies in no cache. Both families.
func TestFiguresForged(t *testing.T) {
	measuring(t)
	const turns, packets = 9, 300_000
	b := besiege(t, abri.Protect, Bar{Pace{MaxRate, MaxBurst}, Pace{MaxRate, MaxBurst}, Pace{1, 1}})
	listed := b.million()
	b.control.at.Inside = fromOutside
	random := rand.New(rand.NewPCG(7, 7))
	four, six := sources4(random, 4*conversations, func(a uint32) bool { return !listed(a) }), sources6(random, 4*conversations)
	roams := map[bool]*roam{false: newRoam(t, false, false, four), true: newRoam(t, true, false, six)}
	ported := map[bool]*roam{false: newRoam(t, false, true, four), true: newRoam(t, true, true, six)}
	bare := newBare(t)
	forged := func(name string, f frame) {
		f.dst, f.payload = "80.1.1.1", max(f.payload, 40) // or it is too short to be given another source
		if f.is6() {
			f.dst, name = "2a01:e0a::1", name+", IPv6"
		}
		data, r := f.bytes(), roams[f.is6()]
		if f.proto == protoTCP { // or who is remembered comes again
			r = ported[f.is6()]
		}
		led := func(p *ebpf.Program) func() float64 {
			return func() float64 { r.leadTo(t, p); return repeated(t, r.Program, data, packets)() }
		}
		yard := &figure{name: "bare, with the change of source", once: led(bare)}
		held := &figure{name: name + ", forged, held back", once: led(b.programs.AbriXdp)}
		before := b.heldBack()
		inTurns(t, turns, []*figure{yard, held})
		if n := b.heldBack() - before; n < turns*packets*99/100 {
			t.Fatalf("%s: %d of %d were held back", name, n, turns*packets)
		}
		added := held.median() - yard.median()
		t.Logf("%-44s added  %6.0f ns; promised: at most 200 %s", held.name, added, map[bool]string{true: "reached", false: "MISSED"}[added <= 200])
	}
	for _, src := range []string{"80.2.2.3", "2a0c:3::3"} {
		for _, x := range presses {
			forged(x.name, x.frame(src, 1))
		}
	}
	b.later(0) // a clock that stands: no slot of time ever has too many
	for _, src := range []string{"80.2.2.3", "2a0c:3::3"} {
		forged("SYN that is remembered", presses[0].frame(src, 1))
	}
}

// heldBack is how many packets of all sieges were held back.
func (b *bench) heldBack() (n uint64) {
	b.t.Helper()
	b.do(b.Sieges(func(s *Siege) { n += s.Held.Packets }))
	return n
}
