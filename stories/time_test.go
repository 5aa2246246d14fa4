package stories

import (
	"context"
	"testing"
	"time"

	"abri.example/abri/testnet"
)

// "Analysed in real time."
//
// Somebody has the page open. A criminal knocks; the page is told that something changed, asks, and shows the attack,
// within seconds and without anybody reloading it. The stream is silent before and the figure was nought, so what it
// tells is this attack.
func TestStoryAnalysedInRealTime(t *testing.T) {
	s, b, _ := townHall(t)
	allThrough(t, s.Honest(t.Context(), honestLimit))
	sky(t, b, func(w testnet.Weather) bool { return w.Sky == "clear" && w.Attacks == 0 })
	ctx, stop := context.WithTimeout(t.Context(), lag)
	defer stop()
	events, err := b.Watch(ctx)
	if err != nil {
		t.Fatal(err)
	}
	awaitEvent(t, events) // the stream's first word, whatever happened before it was opened
	begun := time.Now()
	allStopped(t, s.Attack(t.Context(), criminalLimit, s.Attackers[0]))
	for {
		awaitEvent(t, events)
		w, err := b.Weather(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if w.Attacks > 0 {
			t.Logf("on the page %s after the first packet", time.Since(begun).Round(10*time.Millisecond))
			return
		}
	}
}

// awaitEvent waits until the page is told that something changed.
func awaitEvent(t *testing.T, events <-chan string) {
	t.Helper()
	for e := range events {
		if e == "change" {
			return
		}
	}
	t.Fatal("the stream told no change in time")
}
