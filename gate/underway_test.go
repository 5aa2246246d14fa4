package gate

import (
	"math/rand/v2"
	"testing"
	"time"

	"abri.example/abri"
)

// underWay is a connection that began before the gate did. TCP sends again what is lost (RFC 6298), and gives up after fifteen
// times (Linux, tcp_retries2).
type underWay struct {
	family, number int
	from           string // who speaks first: "outside" sends data, "inside" does, or both are "idle" but for a sign of life
	next           time.Duration
	wait           time.Duration
	resumed        time.Duration // when the first of its segments from outside passed
}

const (
	firstTimeout = 200 * time.Millisecond // Linux's least
	watched      = 5 * time.Second
)

func (c *underWay) frame(side int) frame {
	f := families[c.family]
	up := frame{src: f.source(c.number), dst: f.inside(2), proto: protoTCP, sport: uint16(30_000 + c.number), dport: 80, flags: ack, payload: 100}
	if side == in {
		up.src, up.dst, up.sport, up.dport = up.dst, up.src, up.dport, up.sport
	}
	return up
}

// lives has the connection do what it does at this time. Who is inside answers what reaches him.
func (c *underWay) lives(b *bench, now time.Duration) {
	if now < c.next || c.resumed > 0 {
		return
	}
	if c.from == "inside" {
		b.push(in, c.frame(in).bytes())
	}
	if b.push(out, c.frame(out).bytes()) {
		c.next, c.wait = now+c.wait, 2*c.wait
		return
	}
	b.push(in, c.frame(in).bytes())
	c.resumed = now + 1
}

// Connections that were under way when the gate was put on live on, of both families: without a flood none loses a packet that
// came alone, and under a flood of segments that belong to nothing all go on when TCP has sent again what was lost; from
// then on they are known.
func TestWhatIsUnderWayLivesOn(t *testing.T) {
	bar := Bar{Pace{75, 150}, Pace{150, 300}, Pace{300, 600}}
	for _, flooded := range []bool{false, true} {
		b := besiege(t, abri.Protect, bar)
		b.control.at.Familiar = 1 << 62
		b.later(time.Hour)
		random := rand.New(rand.NewPCG(1, 2))
		var all []*underWay
		for i := range 500 {
			from := []string{"outside", "inside", "idle"}[i%3]
			c := &underWay{family: i % 2, number: i, from: from, wait: firstTimeout, next: time.Duration(random.IntN(1000)) * time.Millisecond}
			if from == "idle" {
				c.next += time.Second
			}
			all = append(all, c)
		}
		const step = 5 * time.Millisecond
		for now := time.Duration(0); now < watched; now += step {
			if flooded {
				for i := range 20 { // 4,000 a second, from as many addresses
					family := families[i%2]
					stray := frame{src: family.source(1000 + random.IntN(60_000)), proto: protoTCP, sport: uint16(random.Uint32()), dport: 80, flags: ack}
					stray.dst = family.inside(2)
					b.push(out, stray.bytes())
				}
			}
			for _, c := range all {
				c.lives(b, now)
			}
			b.later(step)
		}
		dead, slowest := 0, time.Duration(0)
		for _, c := range all {
			if c.resumed == 0 {
				dead++
				continue
			}
			for range 50 {
				if b.push(out, c.frame(out).bytes()) {
					t.Fatalf("flooded %v: %+v: a packet of a known conversation was dropped", flooded, *c)
				}
			}
			slowest = max(slowest, c.resumed)
		}
		t.Logf("flooded %v: %d of %d died, the last went on after %s", flooded, dead, len(all), slowest)
		if dead > 0 {
			t.Errorf("flooded %v: %d of %d connections died", flooded, dead, len(all))
		}
		if n := len(b.flows()); n > len(all)+10 {
			t.Errorf("flooded %v: %d conversations are in the table, %d are under way", flooded, n, len(all))
		}
	}
}

// A conversation in which the site once spoke is known as long as it may be quiet, also when only its far end still speaks, and
// goes on through a flood that begins then.
func TestAQuietConversationOutlivesAFlood(t *testing.T) {
	for _, family := range families {
		b := besiege(t, abri.Protect, slow(100, 200, 3))
		b.later(time.Hour)
		inside := family.inside(2)
		client := frame{src: family.source(1), dst: inside, proto: protoTCP, sport: 4000, dport: 80, flags: ack | flagPSH}
		camera := frame{src: family.source(2), dst: inside, proto: protoUDP, sport: 5000, dport: 5004, payload: 40}
		for _, f := range []frame{client, camera} {
			opening, answer := f, frame{src: f.dst, dst: f.src, proto: f.proto, sport: f.dport, dport: f.sport, flags: ack}
			opening.flags = syn
			b.run(out, opening.bytes())
			b.run(in, answer.bytes())
			for range 2 { // the first of a direction has the kernel's own time
				b.run(out, f.bytes())
			}
		}
		flood := func() {
			for i := range 20 {
				for _, f := range []frame{client, camera} {
					f.src = family.source(1000 + i)
					b.push(out, f.bytes())
				}
			}
		}
		for range 11 { // the camera speaks every nine minutes and a half, nobody else does
			b.later(570 * time.Second)
			flood()
			if got := b.run(out, camera.bytes()); got != Pass {
				t.Fatalf("%s: a stream of one direction: %v", family.name, got)
			}
		}
		if got := b.run(out, client.bytes()); got != Pass {
			t.Errorf("%s: a connection that was quiet for 104 minutes: %v", family.name, got)
		}
	}
}
