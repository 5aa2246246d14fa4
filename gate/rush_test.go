package gate

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"abri.example/abri"
)

// rush is what comes to a town hall at once and is no flood: so many conversations that a machine inside begins, each of which
// brings so many packets.
type rush struct {
	name          string
	begin, answer frame // without addresses; the port of the near end is another for each
	conversations int
	packets       int // each, from outside
	far           int // machines outside
}

// What begins inside is no flood, however much it brings: not one packet of it is held back by the lowest bars there are.
func TestWhatTheSiteBeganIsNoFlood(t *testing.T) {
	tcp := func(port uint16) (begin, answer frame) {
		return frame{proto: protoTCP, dport: port, flags: syn}, frame{proto: protoTCP, sport: port, flags: ack, payload: 1400}
	}
	udp := func(port uint16, bytes int) (begin, answer frame) {
		return frame{proto: protoUDP, dport: port}, frame{proto: protoUDP, sport: port, payload: bytes}
	}
	all := []rush{
		{name: "a speed test by TCP", conversations: 32, packets: 40, far: 1},
		{name: "a speed test by UDP", conversations: 4, packets: 300, far: 1},
		{name: "a backup that is fetched", conversations: 2, packets: 600, far: 1},
		{name: "a patch day: thirty computers and a network of caches", conversations: 300, packets: 4, far: 12},
		{name: "a video conference of twenty", conversations: 20, packets: 60, far: 4},
		{name: "a council meeting that is sent out live", conversations: 1, packets: 1000, far: 1},
	}
	all[0].begin, all[0].answer = tcp(443)
	all[1].begin, all[1].answer = udp(443, 1200)
	all[2].begin, all[2].answer = tcp(22)
	all[3].begin, all[3].answer = tcp(80)
	all[4].begin, all[4].answer = udp(3478, 1000)
	all[5].begin, all[5].answer = tcp(1935)
	b := besiege(t, abri.Protect, slow(1, 1, 1))
	for i, r := range all {
		for _, family := range families {
			t.Run(fmt.Sprint(r.name, ", ", family.name), func(t *testing.T) {
				for n := range r.conversations {
					near, far, port := family.inside(1+n%30), family.source(100*i+n%r.far), uint16(1000*(20+i)+n)
					begin, answer := r.begin, r.answer
					begin.src, begin.dst, begin.sport = near, far, port
					answer.src, answer.dst, answer.dport = far, near, port
					b.run(in, begin.bytes())
					for k := range r.packets {
						if got := b.run(out, answer.bytes()); got != Pass {
							t.Fatalf("conversation %d, packet %d: %v", n, k, got)
						}
					}
				}
			})
		}
	}
}

// Visitors come in a crowd, when the results of school transport are out or a council meeting begins that the site's own server
// shows: of 100 with six connections each, all at once, none is turned away: who is held back asks again, as every system does,
// and comes in.
func TestACrowdOfVisitorsComesIn(t *testing.T) {
	const visitors, connections = 100, 6
	for _, family := range families {
		t.Run(family.name, func(t *testing.T) {
			b := besiege(t, abri.Protect, Bar{Pace{50, 100}, Pace{100, 200}, Pace{200, 400}}) // a new site's
			try := func(i int) bool {
				return b.press(frame{src: family.source(i / connections), proto: protoTCP, sport: uint16(20_000 + i), dport: 443, flags: syn}, family.inside(1)) == Pass
			}
			b.later(0) // the clock stands still while they come
			var again []int
			for i := range visitors * connections {
				if !try(i) {
					again = append(again, i)
				}
			}
			if len(again) == 0 {
				t.Fatal("the crowd is within the bar, and proves nothing")
			}
			held := len(again)
			for _, wait := range []time.Duration{time.Second, 2 * time.Second, 4 * time.Second} { // RFC 6298, section 5.5
				b.later(wait)
				again = slices.DeleteFunc(again, try)
			}
			if len(again) > 0 {
				t.Errorf("%d of %d came in vain three times", len(again), held)
			}
			b.do(b.Sieges(func(s *Siege) {
				if s.Pressure == Openings && s.Returned*2 < uint64(held) {
					t.Errorf("%d of %d are known to have come again: it would be told as a flood", s.Returned, held)
				}
			}))
		})
	}
}
