package faults

import (
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// survives has attackers come before, during and after a fault, while an honest connection stands and a listed address
// never stops trying. All of them must be counted, once each, with the attempts they made, in status and in the store.
func (h town) survives(fault func(during func())) {
	h.Helper()
	talk := h.converse()
	guard := h.watchListed()
	h.attack(h.Attackers[0])
	h.recorded(3)
	fault(func() { h.attack(h.Attackers[1]) })
	h.attack(h.Attackers[2])
	h.stopped(h.Steal(h.Context(), criminalLimit))
	h.counted(9)
	h.through(h.Honest(h.Context(), honestLimit))
	talk()
	guard()

	kept := h.keptAttacks()
	if len(kept) != 9 {
		h.Errorf("the store holds %d attacks, not 9: %v", len(kept), kept)
	}
	for from, a := range kept {
		if a.Attempts != 1 || !a.Neutralised() {
			h.Errorf("%s made one attempt, and the store holds %+v", from, a)
		}
	}
}

// kill -9 of the reader while attacks are written: it is started again; no recorded attack is lost, none is there twice,
// those that come while it is away are told when it is back; honest connections live on, and what is listed stays
// blocked throughout.
func TestKilledReader(t *testing.T) {
	h := townHall(t, nil)
	h.survives(func(during func()) {
		for range 2 {
			h.must(h.box.Kill(h.Context(), h.reader()))
		}
		during()
		h.says("La partie qui lit le trafic s")
	})
	if restarts := strings.Count(h.box.Log(), "the reader is started"); restarts != 3 {
		h.Errorf("the reader was started %d times, not 3", restarts)
	}
}

// kill -9 of the keeper: the gate filters on by itself, the reader ends in order, and the keeper that systemd starts
// again takes over what is pinned. The same is kept as when the reader dies.
func TestKilledKeeper(t *testing.T) {
	h := townHall(t, nil)
	h.survives(func(during func()) {
		reader := h.reader()
		h.must(h.box.Kill(h.Context(), h.box.Keeper()))
		during()
		h.gone(reader)
		h.start()
	})
}

// kill -9 of both at once, as by a power cut of the program alone: what was recorded a second before is there.
func TestKilledBoth(t *testing.T) {
	h := townHall(t, nil)
	h.survives(func(during func()) {
		reader, keeper := h.reader(), h.box.Keeper()
		h.must(unix.Kill(keeper, unix.SIGSTOP)) // it starts no other reader
		h.must(h.box.Kill(h.Context(), reader)) // which gets no time to end in order
		h.must(h.box.Kill(h.Context(), keeper))
		during()
		h.start()
	})
}

// A reader that is stopped and goes on: nothing is lost, listed stays blocked, honest passes.
func TestStoppedReader(t *testing.T) {
	h := townHall(t, nil)
	h.survives(func(during func()) {
		h.halt(h.reader(), func() {
			during()
			h.through(h.Honest(h.Context(), honestLimit))
		})
	})
}

// A keeper that is stopped and goes on: the gate filters by itself, and what it counted meanwhile is told.
func TestStoppedKeeper(t *testing.T) {
	h := townHall(t, nil)
	h.survives(func(during func()) {
		h.halt(h.box.Keeper(), func() {
			during()
			h.through(h.Honest(h.Context(), honestLimit))
		})
	})
}
