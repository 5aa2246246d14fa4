package main

import (
	"runtime"
	"testing"
)

// "100,000 tracked sources in 64 MB; bounded under forged ones": on the whole way of a packet, with every detector, flows,
// names and counts. Bytes that live are counted, so that no other work of the machine is in the figure.
func TestTrackedSourcesFit(t *testing.T) {
	const bar = 64_000_000
	p := newPress()
	before := heap()
	p.press(trackedSources)
	tracked := heap() - before
	p.press(500_000)
	flooded := heap() - before
	t.Logf("%d sources: %s; 600,000: %s; the next scan is %s", trackedSources, megabytes(tracked), megabytes(flooded), p.recovers())
	if tracked > bar || flooded > bar {
		t.Errorf("%d sources take %s, 600,000 %s", trackedSources, megabytes(tracked), megabytes(flooded))
	}
	runtime.KeepAlive(p)
}
