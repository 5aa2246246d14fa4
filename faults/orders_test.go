package faults

import (
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"abri.example/abri"
	"abri.example/abri/box/control"
	"abri.example/abri/testnet"
)

// `abri ban` and `abri release` act on the very next packet, for an address of each family and for a network; they hold
// over a restart of both processes and over a reboot, which takes everything out of the kernel; and the audit log tells
// who did what. An address that a list holds passes once it is released, and its neighbours do not.
func TestOrdersHold(t *testing.T) {
	t.Parallel() // it waits more than it works
	h := townHall(t, nil)
	for _, p := range []string{"198.51.100.22/32", "2001:db8:51::80/128", "198.51.100.56/29"} { // technician, newspaper, operator
		h.must(h.box.Ban(t.Context(), netip.MustParsePrefix(p), time.Hour))
	}
	listed := h.Attackers[0]
	h.must(h.box.Release(t.Context(), netip.PrefixFrom(listed.V4, 32), 0))
	holds := func() {
		t.Helper()
		var ordinary sync.WaitGroup
		ordinary.Go(func() { h.only("technician 4", "to 2001:db8:51::80", "operator 4", "to 198.51.100.60") })
		defer ordinary.Wait()
		for _, p := range h.Attack(t.Context(), time.Second, listed) {
			if p.Through() != p.From.Is4() || p.Stopped() == p.From.Is4() {
				t.Errorf("released %v, from %s: %v", p.From.Is4(), p.From, p.Err)
			}
		}
		h.attack(h.Attackers[1])
	}
	holds()
	h.restart()
	holds()
	h.reboot()
	holds()

	err := h.box.Release(t.Context(), netip.MustParsePrefix("198.51.100.60/32"), 0)
	if abri.CodeOf(err) != abri.CodeRefused || !strings.Contains(err.Error(), "198.51.100.56/29") {
		t.Errorf("releasing an address of a banned network: %v", err)
	}
	h.must(h.box.Release(t.Context(), netip.MustParsePrefix("198.51.100.0/26"), 0)) // holds two of the bans
	h.only("to 2001:db8:51::80")
	out, err := h.box.Type(t.Context(), "forget", listed.V4.String())
	if err != nil || !strings.Contains(out, "the release of "+listed.V4.String()+" is taken back") {
		t.Errorf("forget: %v: %s", err, out)
	}
	h.attack(listed)
	h.isInTheAuditLog("ban 198.51.100.22/32", "ban 2001:db8:51::80/128", "release 45.155.205.10/32", "withdraw ban 198.51.100.22/32", "release 198.51.100.0/26", "withdraw release 45.155.205.10/32")
}

// isInTheAuditLog stops the box and looks for what root did.
func (h town) isInTheAuditLog(deeds ...string) {
	h.Helper()
	h.must(h.box.Stop())
	log, err := h.kept().AuditLog(h.Context(), 100)
	h.must(err)
	var said []string
	for _, e := range log {
		if e.Actor == "root" {
			said = append(said, e.Verb+" "+e.Object)
		}
	}
	for _, d := range deeds {
		if !slices.ContainsFunc(said, func(s string) bool { return strings.HasPrefix(s, d) }) {
			h.Errorf("the audit log has no %q: %q", d, said)
		}
	}
}

// A ban for a time ends by itself: what it stopped passes, though nobody said a word.
func TestBanEnds(t *testing.T) {
	t.Parallel() // it waits more than it works
	h := townHall(t, nil)
	h.must(h.box.Ban(t.Context(), netip.MustParsePrefix("198.51.100.80/32"), 3*time.Second)) // the newspaper
	h.only("to 198.51.100.80")
	h.await(func() error { return testnet.AllThrough(h.Honest(t.Context(), criminalLimit)) })
	h.status("the ban stands still", func(st control.Status) bool { return st.Kernel.Bans == 0 })
}

// The box's own address, its gateway and its resolvers are never banned, alone or in a network that holds them: it is
// refused in words that name them. No list is ever enforced on them either, even one that holds them.
func TestWhatIsNeverBanned(t *testing.T) {
	h := townHall(t, func(s *testnet.Scene, f *testnet.BoxFile) {
		f.Resolvers = append(f.Resolvers, s.Attackers[0].V4, s.Attackers[0].V6) // a resolver that a list holds
	})
	for p, named := range map[string]string{
		"192.168.10.1/32": "192.168.10.1", "192.168.10.2/32": "192.168.10.2", "198.51.100.53/32": "198.51.100.53",
		"2001:db8:51::/48": "2001:db8:51::53", "192.168.0.0/16": "192.168.10.", "45.155.205.10/32": "45.155.205.10",
	} {
		err := h.box.Ban(t.Context(), netip.MustParsePrefix(p), 0)
		if abri.CodeOf(err) != abri.CodeRefused || !strings.Contains(err.Error(), named) {
			t.Errorf("a ban of %s: %v", p, err)
		}
	}
	h.only()
	h.through(h.Attack(t.Context(), honestLimit, h.Attackers[0]))
	h.attack(h.Attackers[1:]...)
	h.counted(6)
}

// In observe everything passes; what would have been stopped is told as that, and nothing is counted as neutralised.
// `abri mode` switches the running box, and the choice outlives a restart and a reboot.
func TestModeIsSwitched(t *testing.T) {
	t.Parallel() // it waits more than it works
	h := townHall(t, func(_ *testnet.Scene, f *testnet.BoxFile) { f.Mode = abri.Observe })
	criminals := func(limit time.Duration) []testnet.Passage {
		return slices.Concat(h.Attack(t.Context(), limit, h.Attackers[:2]...), h.Steal(t.Context(), limit))
	}
	h.through(criminals(honestLimit))
	h.only()
	w, err := h.box.AwaitWeather(t.Context(), patience, func(w testnet.Weather) bool { return w.WouldBlock == 6 })
	if err != nil || w.Neutralised != 0 || w.Attacks != 6 {
		t.Errorf("watching only, the page says %+v, %v", w, err)
	}
	said, err := h.box.Type(t.Context(), "mode", "protect")
	if err != nil || !strings.Contains(said, "protect") {
		t.Fatal(said, err)
	}
	h.stopped(criminals(criminalLimit))
	h.counted(6)
	h.restart()
	h.stopped(criminals(criminalLimit))
	h.reboot()
	h.stopped(criminals(criminalLimit))
	h.isInTheAuditLog("mode protect")
}
