package reader

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"abri.example/abri"
	"abri.example/abri/box/order"
	"abri.example/abri/box/web"
)

// A proof that fails is fog and a trouble until one holds; one that held is told with its time.
func TestAFailedProofIsFog(t *testing.T) {
	s := newSite(t)
	r := s.live()
	r.resettle(s.config(""), false)
	s.proven()
	if _, err := r.SelfTest(t.Context()); err != nil {
		t.Fatal(err)
	}
	v, _ := r.View(t.Context())
	if !v.Verified.Equal(s.clock) || !r.proof(s.clock).Filter {
		t.Fatalf("verified %v, %+v", v.Verified, r.proof(s.clock))
	}
	s.leaks = "it came through"
	s.clock = s.clock.Add(time.Minute)
	got, err := r.SelfTest(t.Context())
	if err != nil || got.Held {
		t.Errorf("got %+v, %v", got, err)
	}
	s.proven()
	if p := r.proof(s.clock); p.Filter || p.Reason != "self-test" {
		t.Errorf("the proof is %+v", p)
	}
	v, _ = r.View(t.Context())
	if len(v.Troubles) != 1 || v.Troubles[0].Code != web.TroubleProof || !strings.Contains(v.Troubles[0].Detail, "it came through") || v.Verified.Equal(s.clock) {
		t.Errorf("troubles %+v, verified %v", v.Troubles, v.Verified)
	}
	s.leaks = ""
	if _, err := r.SelfTest(t.Context()); err != nil || !r.proof(s.clock).Filter {
		t.Errorf("%v, %+v", err, r.proof(s.clock))
	}
	s.die()
}

func TestWhenTheFilterIsProven(t *testing.T) {
	at := func(day, hour, minute int) time.Time { return time.Date(2026, 3, day, hour, minute, 0, 0, paris) }
	for _, c := range []struct {
		name string
		p    proven
		now  time.Time
		want bool
	}{
		{"never yet", proven{}, at(5, 3, 0), true},
		{"before six", proven{at: at(4, 6, 1)}, at(5, 5, 59), false},
		{"at six", proven{at: at(4, 6, 1)}, at(5, 6, 0), true},
		{"done today", proven{at: at(5, 6, 0)}, at(5, 23, 0), false},
		{"at the start in the night, and again at six", proven{at: at(5, 2, 0)}, at(5, 6, 0), true},
		{"failed a moment ago", proven{at: at(5, 6, 0), failed: "x"}, at(5, 6, 4), false},
		{"failed a while ago", proven{at: at(5, 6, 0), failed: "x"}, at(5, 6, 5), true},
		{"a clock set back", proven{at: at(5, 6, 0)}, at(4, 12, 0), true},
	} {
		if got := c.p.due(c.now, paris); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

// What a proof sends is no traffic of the site, and no sign of life.
func TestAProofIsNoTraffic(t *testing.T) {
	s := newSite(t)
	r := s.live()
	card := order.ProofCard()
	frame := append(append(make([]byte, 6), card[:]...), make([]byte, 60)...)
	(&listener{Reader: r, ctx: t.Context()}).Packet(order.Packet{At: monotonic(), Side: abri.Outside, Data: frame})
	s.dropped(9, true)
	before := r.lastSeen
	f := order.Flow{Client: netip.AddrPortFrom(order.ProofClient4, 9), Server: netip.AddrPortFrom(order.ProofServer4, 9), Proto: 17, Fate: order.Dropped, Cause: order.ByList, First: 1, Last: monotonic(), Packets: 1, Began: true}
	(&listener{Reader: r, ctx: t.Context()}).Flow(f)
	if len(r.counter.Open()) != 1 || !r.lastSeen.Equal(before) {
		t.Errorf("%d attacks, last seen %v", len(r.counter.Open()), r.lastSeen)
	}
	r.kernel.at, r.kernel.packets = s.clock, 100
	if _, err := r.prove(); err != nil {
		t.Fatal(err)
	}
	r.kernel.take(order.Counters{Reasons: map[string]order.Tally{"outside/pass": {Packets: 107}}}, s.clock)
	if !r.kernel.moved.IsZero() {
		t.Error("the proof's own frames are taken for a sign of life")
	}
	s.die()
}
