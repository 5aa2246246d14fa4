package faults

import (
	"context"
	"net/netip"
	"sync"
	"testing"
	"time"

	"abri.example/abri"
	"abri.example/abri/box/control"
	"abri.example/abri/siege"
	"abri.example/abri/testnet"
)

// When the results of school transport are out, four hundred families come at once, to a site whose bar is low: most are held back,
// all come in, by themselves, and nobody is told of an attack; both families of addresses. A forged flood that follows is told.
func TestARushIsNoAttack(t *testing.T) {
	const families, low = 400, 50
	h := townHall(t, func(_ *testnet.Scene, f *testnet.BoxFile) { f.Openings = low })
	people := h.Visitors(families)
	before := h.status("no status", func(control.Status) bool { return true })
	for _, to := range h.Site.Addresses() {
		var all sync.WaitGroup
		for _, p := range people {
			all.Go(func() {
				if _, err := p.Fetch(t.Context(), netip.AddrPortFrom(to, testnet.WebPort), "/"); err != nil {
					t.Errorf("%s did not come in: %v", p.Name, err)
				}
			})
		}
		all.Wait()
		st := h.status("nobody was held back", func(st control.Status) bool { return heldBack(st) > heldBack(before)+families/4 })
		h.through(h.Honest(t.Context(), honestLimit)) // while whoever decides late would decide
		if after := h.status("no status", func(control.Status) bool { return true }); after.Attacks != 0 || after.Weather.Sky != abri.Clear {
			t.Errorf("to %s: of %d families %d were held back, which is %d attacks and %s", to, families, heldBack(st)-heldBack(before), after.Attacks, after.Weather.Sky)
		}
		before = st
	}
	began := time.Now()
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		_, err := h.Throw(ctx, testnet.Floods[:1], h.Site.Peer, true, true, 6*low)
		ended <- err
	}()
	h.await(func() error {
		return h.sheet(func(s siege.Sheet) bool {
			t.Logf("the flood that followed was told %v after it began", s.Targets[0].Told.Sub(began))
			return s.Targets[0].Address == h.Site.V6
		})
	})
	stop()
	h.must(<-ended)
}
