package faults

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"abri.example/abri"
	"abri.example/abri/box/control"
	"abri.example/abri/siege"
	"abri.example/abri/testnet"
)

// thrown is the rate of the short version, frames a second; `make bench-flood` throws as many as the machine can.
const thrown = 4000

// Whatever floods a server of the town hall, from forged addresses, an ordinary day goes on, both families: mail, pages,
// telephone, names. The flood is told as one attack that was held back, its forged sources are not banned, and half a minute
// later nothing is held back any more.
func TestAnOrdinaryDayGoesOnInAFlood(t *testing.T) {
	h := townHall(t, nil)
	h.through(h.Honest(t.Context(), honestLimit)) // the cable and the tables are warm
	before := h.status("no status", func(control.Status) bool { return true })
	for _, v6 := range []bool{false, true} {
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		sent := 0
		go func() {
			n, err := h.Throw(ctx, testnet.Floods, h.Mail.Peer, v6, true, thrown)
			sent = n
			ended <- err
		}()
		h.status("nothing is held back", func(st control.Status) bool { return heldBack(st) > heldBack(before)+thrown })
		h.through(h.Honest(t.Context(), honestLimit))
		stop()
		h.must(<-ended)
		st := h.status("the flood is no attack", func(st control.Status) bool {
			return st.Attacks >= 2
		})
		if held := heldBack(st) - heldBack(before); held > uint64(sent) {
			t.Errorf("%d frames were thrown, %d held back", sent, held)
		}
		if st.Kernel.Bans != before.Kernel.Bans {
			t.Errorf("%d bans, before it %d: who forges addresses must not fill them", st.Kernel.Bans, before.Kernel.Bans)
		}
		before = st
	}
	h.says("oie une machine sous les demandes")
	text, err := h.box.Page(t.Context(), "/", abri.English)
	h.must(err)
	if !strings.Contains(text, "in the worst second") {
		t.Error("the page does not say how much came")
	}
	h.await(func() error {
		all := h.Honest(t.Context(), 900*time.Millisecond) // less than a SYN's second try takes
		if err := testnet.AllThrough(all); err != nil {
			return fmt.Errorf("after the flood: %w", err)
		}
		return nil
	})
}

// heldBack is how many packets from outside were held back as floods.
func heldBack(st control.Status) (packets uint64) {
	for reason, n := range st.Kernel.Reasons {
		if strings.HasPrefix(reason, "outside/drop-flood-") {
			packets += n.Packets
		}
	}
	return packets
}

// Who only watches holds nothing back, and tells what it would have.
func TestAFloodThatIsOnlyWatched(t *testing.T) {
	h := townHall(t, func(_ *testnet.Scene, f *testnet.BoxFile) { f.Mode = abri.Observe })
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		_, err := h.Throw(ctx, testnet.Floods[2:3], h.Exchange.Peer, false, true, thrown)
		ended <- err
	}()
	st := h.status("the flood is not told", func(st control.Status) bool {
		return st.Attacks >= 1 && st.Kernel.Reasons["outside/would-flood-echoes"].Packets > 0
	})
	stop()
	h.must(<-ended)
	if n := heldBack(st); n != 0 {
		t.Errorf("%d packets were held back", n)
	}
}

// A flood that a crowd of visitors might be, at three times what a new site's bar lets through, is told within two seconds of the
// first opening that was held back, by the box's own account; both families. The day goes on meanwhile.
func TestAFloodLikeACrowdIsToldSoon(t *testing.T) {
	const rate, soon = 600, 2 * time.Second
	h := townHall(t, nil)
	h.through(h.Honest(t.Context(), honestLimit))
	for i, v6 := range []bool{false, true} {
		at := h.Mail.V4
		if v6 {
			at = h.Mail.V6
		}
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() {
			_, err := h.Throw(ctx, testnet.Floods[:1], h.Mail.Peer, v6, true, rate)
			ended <- err
		}()
		var told siege.Target
		h.await(func() error {
			return h.sheet(func(s siege.Sheet) bool {
				told = s.Targets[len(s.Targets)-1]
				return len(s.Targets) == i+1 && told.Address == at
			})
		})
		h.through(h.Honest(t.Context(), honestLimit))
		stop()
		h.must(<-ended)
		after := told.Told.Sub(told.Began)
		t.Logf("at %s: told %v after the first was held back", at, after)
		if told.Kind != abri.Flood || told.Pressing[abri.Openings] == 0 || after <= 0 || after > soon {
			t.Errorf("at %s: told %v after the first was held back, as %+v", at, after, told)
		}
	}
}
