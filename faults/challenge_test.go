package faults

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"testing"
	"time"

	"abri.example/abri/box/control"
	"abri.example/abri/testnet"
)

// Visitors of a server whose callers are challenged come through a forged flood of openings sooner than a SYN is sent again,
// both families, with the driver's XDP and the generic one; a connection from before the flood lives on, and one that came by
// a challenge outlives the filter, for nothing of it is translated.
func TestAChallengedVisitorComesThrough(t *testing.T) {
	for _, generic := range []bool{false, true} {
		t.Run(fmt.Sprint("generic ", generic), func(t *testing.T) {
			h := townHall(t, func(s *testnet.Scene, f *testnet.BoxFile) { f.Generic, f.Challenge = generic, s.Mail.Addresses() })
			router, _ := h.Ends()
			if !generic {
				h.must(router.SendsBack())
			}
			before := h.status("no status", func(control.Status) bool { return true })
			for i, to := range h.Mail.Addresses() {
				h.listens(netip.AddrPortFrom(to, talkPort))
				old := h.talk(netip.AddrPortFrom(to, talkPort))
				h.must(old.says())
				ctx, stop := context.WithCancel(t.Context())
				ended := make(chan error, 1)
				go func() {
					_, err := h.Throw(ctx, testnet.Floods[:1], h.Mail.Peer, i == 1, true, thrown)
					ended <- err
				}()
				before = h.status("nothing is held back", func(st control.Status) bool { return heldBack(st) > heldBack(before)+thrown })
				h.await(func() error { // sooner than a SYN is sent again
					one, end := context.WithTimeout(ctx, 800*time.Millisecond)
					defer end()
					_, err := h.Citizen.Fetch(one, netip.AddrPortFrom(to, testnet.WebPort), "/")
					return err
				})
				fresh := h.talk(netip.AddrPortFrom(to, talkPort))
				h.must(errors.Join(old.says(), fresh.says()))
				stop()
				h.must(<-ended)
				if i == 1 {
					h.must(h.box.Kill(t.Context(), h.box.Keeper()))
					h.must(errors.Join(old.says(), fresh.says()))
					_ = h.box.Stop()
					h.must(h.box.Detach(t.Context()))
					h.must(errors.Join(old.says(), fresh.says()))
				}
			}
		})
	}
}

const talkPort = 8443 // of the pages' service, at which the flood aims

// listens has the town hall's server say again what it hears.
func (h town) listens(at netip.AddrPort) {
	l, err := h.Mail.Host.Listen(at)
	h.must(err)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return // closed with the network
			}
			go func() {
				defer c.Close()
				_, _ = io.Copy(c, c)
			}()
		}
	}()
}

// conversation is one over TCP that goes on.
type conversation struct{ net.Conn }

// talk begins one from the citizen.
func (h town) talk(to netip.AddrPort) conversation {
	h.Helper()
	own := h.Citizen.V4
	if to.Addr().Is6() {
		own = h.Citizen.V6
	}
	c, err := h.Citizen.Host.Dial(h.Context(), "tcp", own, to)
	h.must(err)
	h.Cleanup(func() { c.Close() })
	return conversation{c}
}

// says says a word and hears it again.
func (c conversation) says() error {
	if err := c.SetDeadline(time.Now().Add(honestLimit)); err != nil {
		return err
	}
	if _, err := io.WriteString(c, "bonjour"); err != nil {
		return err
	}
	_, err := io.ReadFull(c, make([]byte, 7))
	return err
}
