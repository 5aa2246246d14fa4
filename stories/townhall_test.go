package stories

import (
	"context"
	"os"
	"slices"
	"testing"
	"time"

	"abri.example/abri/box/control"
	"abri.example/abri/testnet"
)

// How long an honest exchange may take, a criminal waits for an answer, and the page may be behind what happened.
const (
	honestLimit   = 10 * time.Second
	criminalLimit = 500 * time.Millisecond
	lag           = 15 * time.Second
)

// program is the abri that the stories are told of.
var program string

func TestMain(m *testing.M) { os.Exit(testnet.Tests(m, &program)) }

// townHall is a scene with a running box that protects it.
func townHall(t *testing.T) (*testnet.Scene, *testnet.Box, control.Status) {
	t.Helper()
	s := testnet.TownHall(testnet.New(t))
	b := s.NewBox(program, s.BoxFile())
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(b.LastWords())
		}
	})
	return s, b, start(t, b)
}

// start starts the box and waits until it filters.
func start(t *testing.T, b *testnet.Box) control.Status {
	t.Helper()
	if err := b.Start(); err != nil {
		t.Fatal(err)
	}
	st, err := b.Ready(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return st
}

// restart ends the box and starts it again, as for an update.
func restart(t *testing.T, b *testnet.Box) control.Status {
	t.Helper()
	if err := b.Stop(); err != nil {
		t.Fatal(err)
	}
	return start(t, b)
}

// allStopped fails for each exchange of which anything arrived.
func allStopped(t *testing.T, all []testnet.Passage) {
	t.Helper()
	if err := testnet.AllStopped(all); err != nil {
		t.Error(err)
	}
}

// allThrough fails for each exchange that did not come to its good end.
func allThrough(t *testing.T, all []testnet.Passage) {
	t.Helper()
	if err := testnet.AllThrough(all); err != nil {
		t.Error(err)
	}
}

// sky waits for the weather that is wanted.
func sky(t *testing.T, b *testnet.Box, wanted func(testnet.Weather) bool) testnet.Weather {
	t.Helper()
	w, err := b.AwaitWeather(t.Context(), lag, wanted)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// everyone attacks, and the thief too.
func everyone(ctx context.Context, s *testnet.Scene) []testnet.Passage {
	return slices.Concat(s.Attack(ctx, criminalLimit, s.Attackers...), s.Steal(ctx, criminalLimit))
}
