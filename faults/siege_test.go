package faults

import (
	"os"
	"strconv"
	"testing"

	"golang.org/x/sys/unix"

	"abri.example/abri/testnet"
)

// blows are what befalls the box's processes in a siege. Each goes on until meanwhile is done.
var blows = []struct {
	name string
	fall func(h town, meanwhile func())
}{
	{"kill -9 of the reader", func(h town, meanwhile func()) {
		h.must(h.box.Kill(h.Context(), h.reader()))
		meanwhile()
		h.reader()
	}},
	{"kill -9 of the keeper", func(h town, meanwhile func()) {
		reader := h.reader()
		h.must(h.box.Kill(h.Context(), h.box.Keeper()))
		meanwhile()
		h.gone(reader)
		h.start()
	}},
	{"kill -9 of both", func(h town, meanwhile func()) {
		h.killBoth()
		meanwhile()
		h.start()
	}},
	{"SIGSTOP of the reader", func(h town, meanwhile func()) { h.halt(h.reader(), meanwhile) }},
	{"SIGSTOP of the keeper", func(h town, meanwhile func()) { h.halt(h.box.Keeper(), meanwhile) }},
	{"upgrade", func(h town, meanwhile func()) {
		h.must(h.box.Stop())
		meanwhile()
		h.start()
	}},
}

// killBoth leaves neither the time to end in order, or to start the other.
func (h town) killBoth() {
	h.Helper()
	reader, keeper := h.reader(), h.box.Keeper()
	h.must(unix.Kill(keeper, unix.SIGSTOP))
	h.must(h.box.Kill(h.Context(), reader))
	h.must(h.box.Kill(h.Context(), keeper))
}

// Whatever befalls the processes, by the bridge and by the redirect: no honest packet is lost, no listed one passes, no
// port goes down, a connection that stands lives on, new ones open; at last the filter is taken away, and all of that goes
// on. Who takes a program off a port has its driver begin the port's queue anew, and a veth lets go of what stands in it
// (drivers/net/veth.c, veth_napi_del_range): on a machine with nothing else to do that is nothing, on a busy one some
// packets, which are said and not held against us. ABRI_SIEGE=100 (`make siege`) does each a hundred times, under a million packets at least.
func TestSiege(t *testing.T) {
	rounds, least := 1, int64(0)
	if s := os.Getenv("ABRI_SIEGE"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil {
			t.Fatalf("ABRI_SIEGE: %v", err)
		}
		rounds, least = n, 10_000*int64(n)
	}
	for _, way := range []struct {
		name   string
		change func(*testnet.Scene, *testnet.BoxFile)
	}{{"bridge", nil}, {"redirect", redirecting}} {
		t.Run(way.name, func(t *testing.T) {
			h := townHall(t, way.change)
			down, guard, stream := h.watchPorts(), h.watchListed(), h.stream()
			say, hangUp := h.dialogue()
			meanwhile := func() {
				stream.await(h, 500)
				say()
				h.through(h.Honest(t.Context(), honestLimit))
			}
			for range rounds {
				for _, b := range blows {
					b.fall(h, meanwhile)
					if lost := stream.lost.Load(); lost > 0 || t.Failed() {
						t.Fatalf("%s: %d honest packets are lost", b.name, lost)
					}
				}
			}
			for stream.passed.Load() < least {
				stream.await(h, 1000)
			}
			guard()
			h.must(h.box.Stop())
			meanwhile()
			if lost := stream.lost.Load(); lost > 0 {
				t.Errorf("the box is stopped, and %d honest packets are lost", lost)
			}
			h.must(h.box.Detach(t.Context()))
			meanwhile()
			hangUp()
			passed, lost := stream.end()
			if seen := down(); len(seen) > 0 {
				t.Errorf("ports went down: %v", seen)
			}
			t.Logf("%d times %d blows under %d honest packets, none lost; %d when the filter was taken away", rounds, len(blows), passed, lost)
		})
	}
}
