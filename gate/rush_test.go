package gate

import (
	"cmp"
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
// shows: of 300 within two seconds, with six connections each, none is turned away: who is held back asks again, as every system does,
// and comes in. The server's first data are there after the time of the way there and back.
func TestACrowdOfVisitorsComesIn(t *testing.T) {
	const visitors, connections, way = 300, 6, 50 * time.Millisecond
	for _, family := range families {
		t.Run(family.name, func(t *testing.T) {
			b := besiege(t, abri.Protect, Bar{Pace{50, 100}, Pace{100, 200}, Pace{200, 128}}) // a new site's
			held, vain := uint64(0), 0
			var to timetable
			for i := range visitors * connections {
				up := frame{src: family.source(i / connections), proto: protoTCP, sport: uint16(20_000 + i), dport: 443, flags: syn}
				waits := []time.Duration{time.Second, 2 * time.Second, 4 * time.Second} // RFC 6298, section 5.5
				var try func(at time.Duration)
				try = func(at time.Duration) {
					switch {
					case b.press(up, family.inside(1)) == Pass:
						to.add(at+way, func(time.Duration) { b.serve(up, family.inside(1)) })
					case len(waits) == 0:
						vain++
					default:
						if len(waits) == 3 {
							held++
						}
						to.add(at+waits[0], try)
						waits = waits[1:]
					}
				}
				to.add(2*time.Second*time.Duration(i/connections)/visitors, try)
			}
			to.run(b)
			if held == 0 || vain > 0 {
				t.Errorf("%d of %d were held back at first, and %d came in vain three times", held, visitors*connections, vain)
			}
			b.do(b.Sieges(func(s *Siege) {
				if s.Pressure == Openings && s.Returned*2 < held {
					t.Errorf("%d of %d are known to have come again: it would be told as a flood", s.Returned, held)
				}
			}))
		})
	}
}

// timetable is what happens when, by the gate's clock.
type timetable struct{ all []event }

type event struct {
	at time.Duration
	do func(at time.Duration)
}

// add puts something behind all that happens no later.
func (x *timetable) add(at time.Duration, do func(time.Duration)) {
	i, _ := slices.BinarySearchFunc(x.all, at, func(e event, at time.Duration) int { return cmp.Or(cmp.Compare(e.at, at), -1) })
	x.all = slices.Insert(x.all, i, event{at, do})
}

// run has all of it happen, and what comes of it.
func (x *timetable) run(b *bench) {
	b.t.Helper()
	now := time.Duration(0)
	for len(x.all) > 0 {
		e := x.all[0]
		x.all = x.all[1:]
		b.later(e.at - now)
		now = e.at
		e.do(now)
	}
}
