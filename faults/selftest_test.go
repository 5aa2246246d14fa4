package faults

import (
	"bytes"
	"context"
	"errors"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"abri.example/abri"
	"abri.example/abri/box/order"
	"abri.example/abri/testnet"
)

// The box proves its filter by frames of its own, in protect and in watch-only; nothing of it is seen on the network, and
// nothing of it is an attack. A filter that lets through what it should stop is fog, and told.
func TestTheFilterProvesItself(t *testing.T) {
	h := townHall(t, nil)
	seen := h.proofFramesAt(map[*testnet.Host]string{h.Desk.Host: "eth0"})
	for _, mode := range []abri.Mode{abri.Protect, abri.Observe, abri.Protect} {
		h.must(h.box.Mode(t.Context(), mode))
		said, err := h.box.Type(t.Context(), "selftest")
		if err != nil || strings.Count(said, "holds: ") != 8 {
			t.Errorf("%s: %v\n%s", mode, err, said)
		}
	}
	h.must(h.Scene.Box.Do(func() error {
		if _, err := net.InterfaceByName("abri-spur"); err == nil {
			return errors.New("the port of the proof was left in the bridge")
		}
		return nil
	}))
	page, err := h.box.Page(t.Context(), "/", abri.French)
	if err != nil || !strings.Contains(page, "Filtre vérifié") {
		t.Errorf("the page does not say that the filter is verified: %v", err)
	}
	if w, err := h.box.Weather(t.Context()); err != nil || w.Attacks != 0 || w.Noise != 0 || len(w.Troubles) != 0 {
		t.Errorf("%+v, %v", w, err)
	}
	if n := seen(); n != 0 {
		t.Errorf("%d frames of the proof went out on the network", n)
	}

	h.must(h.box.Release(t.Context(), netip.MustParsePrefix("192.0.2.253/32"), 0))
	said, err := h.box.Type(t.Context(), "selftest")
	if err == nil || !strings.Contains(said, "FAILS: a frame from a listed address is stopped: it came through") {
		t.Errorf("%v\n%s", err, said)
	}
	if _, err := h.box.AwaitWeather(t.Context(), patience, func(w testnet.Weather) bool {
		return w.Sky == abri.Fog && slices.Contains(w.Troubles, "self-test")
	}); err != nil {
		t.Error(err)
	}
}

// proofFramesAt counts the frames of proofs that come by ports of hosts; the function ends it and gives the number.
func (h town) proofFramesAt(ports map[*testnet.Host]string) func() int64 {
	h.Helper()
	var n atomic.Int64
	var heard sync.WaitGroup
	ctx, stop := context.WithCancel(h.Context())
	card := order.ProofCard()
	for host, port := range ports {
		tap, err := host.Tap(port)
		h.must(err)
		context.AfterFunc(ctx, func() { tap.Close() })
		heard.Go(func() {
			for {
				frame, err := tap.Receive(ctx)
				if err != nil {
					return
				}
				if len(frame) >= 12 && bytes.Equal(frame[6:12], card[:]) {
					n.Add(1)
				}
			}
		})
	}
	return func() int64 {
		stop()
		heard.Wait()
		return n.Load()
	}
}
