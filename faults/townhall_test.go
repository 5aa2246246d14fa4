package faults

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"abri.example/abri"
	"abri.example/abri/box/control"
	"abri.example/abri/store"
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

func TestMain(m *testing.M) {
	if testnet.Possible() != nil {
		os.Exit(m.Run()) // each test says why it is skipped
	}
	built, remove, err := testnet.Abri()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	program = built
	code := m.Run()
	remove()
	os.Exit(code)
}

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

// status waits for one that is as wanted.
func (h town) status(what string, wanted func(control.Status) bool) control.Status {
	h.Helper()
	var st control.Status
	h.await(func() (err error) {
		if st, err = h.box.Status(h.Context()); err == nil && !wanted(st) {
			err = fmt.Errorf("%s: %d attacks, %d neutralised, mode %s, wanted %d+%d, kernel %+v, troubles %q", what, st.Attacks, st.Neutralised, st.Mode, st.Wanted4, st.Wanted6, st.Kernel, st.Troubles)
		}
		return err
	})
	return st
}

// counted waits until status tells so many attacks, all of them neutralised.
func (h town) counted(attacks int) {
	h.Helper()
	h.status(fmt.Sprintf("not %d attacks", attacks), func(st control.Status) bool {
		return st.Attacks == uint64(attacks) && st.Neutralised == st.Attacks
	})
}

// attack has attackers knock, all of which must be stopped.
func (h town) attack(who ...testnet.Attacker) {
	h.Helper()
	h.stopped(h.Attack(h.Context(), criminalLimit, who...))
}

func (h town) stopped(all []testnet.Passage) {
	h.Helper()
	for _, p := range all {
		if !p.Stopped() {
			h.Errorf("%s, %s %s, from %s to %s was not stopped: %v, %+v before, %+v after", p.Who, p.Service, p.Direction, p.From, p.To, p.Err, p.Before, p.After)
		}
	}
}

func (h town) through(all []testnet.Passage) {
	h.Helper()
	for _, p := range all {
		if !p.Through() {
			h.Errorf("%s, %s %s, from %s to %s did not come through: %v", p.Who, p.Service, p.Direction, p.From, p.To, p.Err)
		}
	}
}

// logged waits until the box's log says all these words.
func (h town) logged(words ...string) {
	h.Helper()
	h.await(func() error {
		log := h.box.Log()
		for _, w := range words {
			if !strings.Contains(log, w) {
				return fmt.Errorf("the log does not say %q", w)
			}
		}
		return nil
	})
}

// recorded waits until so many attacks are on the disk. A copy is looked at, so that the box is not disturbed; one that
// was taken in the midst of a write is taken again.
func (h town) recorded(attacks int) {
	h.Helper()
	h.await(func() error {
		dir, err := os.MkdirTemp(h.TempDir(), "copy")
		if err != nil {
			return err
		}
		for _, part := range []string{"", "-wal"} {
			if b, err := os.ReadFile(h.box.Database() + part); err == nil {
				if err := os.WriteFile(filepath.Join(dir, "abri.db"+part), b, 0o600); err != nil {
					return err
				}
			}
		}
		s, err := store.Open(h.Context(), filepath.Join(dir, "abri.db"), slog.New(slog.DiscardHandler))
		if err != nil {
			return err
		}
		defer s.Close()
		kept, err := s.Recent(h.Context(), 1000)
		if err == nil && len(kept) != attacks {
			err = fmt.Errorf("%d attacks are on the disk, not %d", len(kept), attacks)
		}
		return err
	})
}

// kept opens the store of a box that does not run.
func (h town) kept() *store.Store {
	h.Helper()
	s, err := store.Open(context.WithoutCancel(h.Context()), h.box.Database(), slog.New(slog.DiscardHandler))
	h.must(err)
	h.Cleanup(func() { s.Close() })
	return s
}

// keptAttacks stops the box and gives what its store holds, one for each outside address; more than one is an error.
func (h town) keptAttacks() map[string]abri.Attack {
	h.Helper()
	h.must(h.box.Stop())
	all, err := h.kept().Recent(h.Context(), 1000)
	h.must(err)
	out := map[string]abri.Attack{}
	for _, a := range all {
		if _, twice := out[a.Outside.String()]; twice {
			h.Errorf("%s is in the store twice", a.Outside)
		}
		out[a.Outside.String()] = a
	}
	return out
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
