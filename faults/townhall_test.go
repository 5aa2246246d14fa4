package faults

import (
	"context"
	"os"
	"slices"
	"testing"
	"time"

	"abri.example/abri/box/control"
	"abri.example/abri/testnet"
)

// How long an honest exchange may take, a criminal waits for an answer, and anything awaited may take.
const (
	honestLimit   = 10 * time.Second
	criminalLimit = 300 * time.Millisecond
	patience      = 20 * time.Second
)

// program is the abri under test.
var program string

func TestMain(m *testing.M) { os.Exit(testnet.Tests(m, &program)) }

// town is a town hall with a box.
type town struct {
	*testing.T
	*testnet.Scene
	box *testnet.Box
}

// townHall builds one and starts the box.
func townHall(t *testing.T, change func(*testnet.Scene, *testnet.BoxFile)) town {
	t.Helper()
	h := quietTown(t, change)
	h.start()
	return h
}

// quietTown builds one whose box's file was changed by change (nil: as it is), and starts no box.
func quietTown(t *testing.T, change func(*testnet.Scene, *testnet.BoxFile)) town {
	t.Helper()
	s := testnet.TownHall(testnet.New(t))
	f := s.BoxFile()
	if change != nil {
		change(s, &f)
	}
	h := town{t, s, s.NewBox(program, f)}
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(h.box.LastWords())
		}
	})
	return h
}

// start starts the box and waits until it filters.
func (h town) start(args ...string) control.Status {
	h.Helper()
	h.must(h.box.Start(args...))
	st, err := h.box.Ready(h.Context())
	h.must(err)
	return st
}

func (h town) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

// await waits until ask finds nothing wrong.
func (h town) await(ask func() error) {
	h.Helper()
	ctx, cancel := context.WithTimeout(h.Context(), patience)
	defer cancel()
	h.must(testnet.AwaitThat(ctx, ask))
}

// attack has attackers knock, all of which must be stopped.
func (h town) attack(who ...testnet.Attacker) {
	h.Helper()
	h.stopped(h.Attack(h.Context(), criminalLimit, who...))
}

func (h town) stopped(all []testnet.Passage) {
	h.Helper()
	if err := testnet.AllStopped(all); err != nil {
		h.Error(err)
	}
}

func (h town) through(all []testnet.Passage) {
	h.Helper()
	if err := testnet.AllThrough(all); err != nil {
		h.Error(err)
	}
}

// restart ends the box and starts it again, as for an update.
func (h town) restart() {
	h.Helper()
	h.must(h.box.Stop())
	h.start()
}

// reboot is a restart after which the kernel remembers nothing.
func (h town) reboot() {
	h.Helper()
	h.must(h.box.Stop())
	h.must(h.box.Detach(h.Context()))
	if h.box.Pinned() {
		h.Error("detached, and something is pinned still")
	}
	h.start()
}

// only has an ordinary day pass, of which the exchanges of these (a name and a family: "newspaper 6" is IPv6) must be
// stopped, and no other.
func (h town) only(stopped ...string) {
	h.Helper()
	for _, p := range h.Honest(h.Context(), 1500*time.Millisecond) {
		family := "6"
		if p.From.Is4() {
			family = "4"
		}
		switch is := p.Stopped(); {
		case is != (slices.Contains(stopped, p.Who+" "+family) || slices.Contains(stopped, "to "+p.To.Addr().String())):
			h.Errorf("%s %s from %s to %s: stopped %v, %v", p.Who, p.Service, p.From, p.To, is, p.Err)
		case !is && !p.Through():
			h.Errorf("%s %s from %s to %s came halfway: %v", p.Who, p.Service, p.From, p.To, p.Err)
		}
	}
}
