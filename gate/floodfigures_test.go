package gate

import (
	"math/rand/v2"
	"testing"

	"abri.example/abri"
)

// TestFiguresFlood is what the bars add to a packet in calm, to a connection that is asked for, and what one costs that is
// held back: of one source, and of another forged one each time.
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
		b.control.at.Inside = 2 // what is put in comes from outside
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

	for _, c := range []struct {
		name string
		f    frame
	}{{"forged openings held back", open}, {"forged datagrams held back", frame{src: "80.2.2.3", dst: "80.1.1.1", proto: protoUDP, sport: 1, dport: 5004, payload: 40}}} {
		b := besiege(t, abri.Protect, narrow)
		listed := b.million()
		r := newRoam(t, false, true, sources4(rand.New(rand.NewPCG(7, 7)), conversations, func(a uint32) bool { return !listed(a) }))
		led := &figure{name: "bare, with the change of source", once: func() float64 { return 0 }}
		data := c.f.bytes()
		bare := newBare(t)
		led.once = func() float64 { r.leadTo(t, bare); return repeated(t, r.Program, data, 300_000)() }
		held := &figure{name: c.name, once: func() float64 {
			r.leadTo(t, b.programs.AbriXdp)
			return repeated(t, r.Program, data, 300_000)()
		}}
		inTurns(t, 15, []*figure{led, held})
		t.Logf("%-44s added  %6.0f ns; promised: at most 200", c.name, held.median()-led.median())
	}
}
