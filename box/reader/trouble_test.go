package reader

import (
	"errors"
	"net/netip"
	"testing"
	"time"

	abri "abri.example/abri"
	"abri.example/abri/box/order"
	"abri.example/abri/box/web"
)

// The first time of a trouble stands until it is over, whatever it says meanwhile; a loss is told for ten minutes.
func TestTroublesComeAndGo(t *testing.T) {
	var all troubles
	noon := time.Date(2026, 3, 5, 12, 0, 0, 0, time.UTC)
	full := &abri.Error{Code: abri.CodeFull, What: "full"}
	all.note(troubleStore, full, noon)
	all.note(troubleStore, full, noon.Add(time.Hour))
	all.note(troubleEnforce, errors.New("no"), noon)
	all.note(troubleKernel, errors.New("?"), noon)
	if got := all.all(); len(got) != 3 || got[1].Code != silent || got[0].Code != web.TroubleDrift {
		t.Fatalf("the troubles are %+v", got)
	}
	all.note(troubleKernel, nil, noon)
	all.loss(7, noon)
	got := all.all()
	if len(got) != 3 || got[2].Code != web.TroubleDiskFull || !got[2].At.Equal(noon) || got[1].Code != web.TroubleLosses || got[1].Detail != "7" {
		t.Fatalf("the troubles are %+v", got)
	}
	all.note(troubleStore, errors.New("torn"), noon.Add(2*time.Hour))
	if got := all.all()[2]; got.Code != web.TroubleDatabase || !got.At.Equal(noon.Add(2*time.Hour)) {
		t.Errorf("another trouble of the store is %+v", got)
	}
	all.note(troubleStore, nil, noon)
	all.note(troubleEnforce, nil, noon)
	all.loss(0, noon.Add(lossTold+time.Second))
	if got := all.all(); len(got) != 0 {
		t.Errorf("all is over, and %+v stands", got)
	}
}

// What the kernel stopped and could not tell of is a loss like a copy that was not made.
func TestWhatIsUntoldIsALoss(t *testing.T) {
	var k kernelState
	noon := time.Date(2026, 3, 5, 12, 0, 0, 0, time.UTC)
	for i, c := range []struct {
		lost, untold, want uint64
	}{{5, 7, 0}, {5, 10, 3}, {6, 10, 1}, {6, 10, 0}, {0, 0, 0}} {
		if got := k.take(order.Counters{Lost: c.lost, Untold: c.untold}, noon); got != c.want {
			t.Errorf("answer %d: %d lost, want %d", i, got, c.want)
		}
	}
}

// A port's fault is a trouble until it is over; that the filter was put back is told for ten minutes, from the second
// answer on: what was before is not of this life.
func TestPortTroubles(t *testing.T) {
	var all troubles
	var k kernelState
	noon := time.Date(2026, 3, 5, 12, 0, 0, 0, time.UTC)
	all.ports([]order.Port{{Side: "outside"}, {Name: "eth1", Side: "inside", Fault: order.PortOut}}, noon)
	if got := all.all(); len(got) != 1 || got[0].Code != web.TroublePort || got[0].Detail != "eth1 (inside): not-in-bridge" {
		t.Errorf("a port that is out: %+v", got)
	}
	all.ports([]order.Port{{Side: "outside"}, {Side: "inside"}}, noon)
	for i, restored := range []int{2, 2, 3, 3} {
		now := noon.Add(time.Duration(i) * time.Minute)
		c := order.Counters{Restored: restored}
		all.restored(k.restorations(c), now)
		k.take(c, now)
		if got, want := len(all.all()), i/2; got != want {
			t.Errorf("answer %d: %d troubles, not %d: %+v", i, got, want, all.all())
		}
	}
	all.restored(0, noon.Add(2*time.Minute+lossTold+time.Second))
	if got := all.all(); len(got) != 0 {
		t.Errorf("all is over, and %+v stands", got)
	}
}

// The sky is fog as long as nothing proves that the box sees and filters, and says what is missing.
func TestNoProofIsFog(t *testing.T) {
	s := newSite(t)
	r := s.live()
	r.resettle(s.config(""), true)
	now := s.clock
	proven := func() order.Counters {
		c, _ := s.kernel.Counters()
		c.Reasons = map[string]order.Tally{"outside/pass": {Packets: 1}}
		return c
	}
	for reason, spoil := range map[string]func(*order.Counters, *kernelState){
		"":                     func(*order.Counters, *kernelState) {},
		"kernel-silent":        func(_ *order.Counters, k *kernelState) { k.at = now.Add(-proofAge - time.Second) },
		"not-attached":         func(c *order.Counters, _ *kernelState) { c.Ports = nil },
		"two-programs":         func(c *order.Counters, _ *kernelState) { c.Ports[1].Program = c.Ports[0].Program + 1 },
		"not-attached-outside": func(c *order.Counters, _ *kernelState) { c.Ports[0].Fault = order.PortBare },
		"not-in-bridge-inside": func(c *order.Counters, _ *kernelState) { c.Ports[1].Fault = order.PortOut },
		"drift":                func(c *order.Counters, _ *kernelState) { c.Entries4++ },
		"mode":                 func(c *order.Counters, _ *kernelState) { c.Mode = abri.Observe },
		"no-packets":           func(_ *order.Counters, k *kernelState) { k.moved = now.Add(-dataAge - time.Second) },
		"no-cable-outside":     func(c *order.Counters, _ *kernelState) { c.Ports[0].Up = false },
	} {
		r.kernel = kernelState{}
		c := proven()
		r.kernel.take(order.Counters{}, now)
		r.kernel.take(c, now)
		spoil(&r.kernel.Counters, &r.kernel)
		s.step()
		sky := abri.Clear
		if reason != "" {
			sky = abri.Fog
		}
		if got := r.today.report; got.Reason != reason || got.Sky != sky {
			t.Errorf("without proof %q the sky is %s, for %q", reason, got.Sky, got.Reason)
		}
		filters := reason == "" || reason == "no-packets" || reason == "no-cable-outside"
		if a, err := r.Why(s.Context(), netip.MustParseAddr("203.0.113.9")); err != nil || (a.Unproven == "") != filters {
			t.Errorf("without proof %q why says %q, %v", reason, a.Unproven, err)
		}
	}
	s.die()
}
