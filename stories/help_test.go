package stories

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"abri.example/abri"
	"abri.example/abri/testnet"
)

// helpSite is a town hall that telephones by its carrier, at night.
type helpSite struct {
	*testing.T
	*testnet.Scene
	box   *testnet.Box
	trunk *testnet.Trunk
}

// help calls for help, and speaks.
func (s helpSite) help(when string) {
	s.Helper()
	ctx, cancel := context.WithTimeout(s.Context(), 20*time.Second)
	defer cancel()
	var wait sync.WaitGroup
	for _, number := range []string{"15", "17", "18", "112", "114", "115", "119", "191", "196", "3114"} {
		wait.Go(func() {
			if status, err := s.trunk.Call(ctx, number); err != nil || status != 200 {
				s.Errorf("%s: a call to %s got %d, %v", when, number, status, err)
			}
		})
	}
	wait.Wait()
	if err := s.trunk.Voice(ctx); err != nil {
		s.Errorf("%s: nobody hears the other: %v", when, err)
	}
}

// "15, 17, 18, 112 and the like always pass, in every mode": whoever calls for help is heard, voice included, whatever the box
// was told and whatever becomes of it.
func TestStoryHelpIsReachedInEveryMode(t *testing.T) {
	const grace = 10 * time.Second
	s := testnet.TownHall(testnet.New(t))
	f := s.BoxFile()
	f.Zone, f.Refuse, f.Grace, f.FailClose = nightZone(), true, grace, true
	listed := s.Attackers[0].Peer.Carrier(time.Second / 2)
	f.Telephone = []netip.Prefix{netip.PrefixFrom(listed.V4, 32)}
	b := s.NewBox(program, f)
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(b.LastWords())
		}
	})
	start(t, b)
	h := helpSite{t, s, b, s.Exchange.Trunk(s.Carrier.To())}
	ctx := t.Context()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(h.trunk.Register(ctx))
	carrier := netip.PrefixFrom(s.Carrier.V4, 32)
	await(t, func() error { // until it is learnt who the operator is
		if err := b.Ban(ctx, carrier, time.Hour); abri.CodeOf(err) != abri.CodeRefused {
			return fmt.Errorf("the operator is banned by hand: %v", err)
		}
		return nil
	})
	h.help("in protect, after a ban by hand was refused")

	must(b.Mode(ctx, abri.Observe))
	h.help("in watch-only")
	must(b.Mode(ctx, abri.Protect))

	f.Strict, f.Fastpath = true, true
	must(b.Write(f))
	must(b.Reload())
	h.help("in strict, by the redirect")
	other := helpSite{t, s, b, s.Exchange.TrunkTCP(ctxFor(t, 10*time.Second), listed.To())}
	must(other.trunk.Register(ctx))
	other.help("by an operator that a list holds")

	for n := range 6 {
		if _, err := h.trunk.Call(ctx, fmt.Sprintf("0025261%07d", n)); err != nil {
			t.Fatal(err)
		}
	}
	if status, err := h.trunk.Call(ctx, "00252619999999"); status != 603 {
		t.Errorf("a dear call gets %d, %v", status, err)
	}
	h.help("while dear calls are refused")

	throwing, end := context.WithCancel(ctx)
	thrown := make(chan error, 1)
	go func() {
		_, err := s.Throw(throwing, []testnet.Flood{{Name: "SIP", Proto: 17, Port: testnet.TelephonePort, Bytes: 400}}, s.Exchange.Peer, false, true, 5000)
		thrown <- err
	}()
	h.help("in a flood")
	end()
	must(<-thrown)

	_, err := b.Type(ctx, "isolate", s.Exchange.V4.String())
	must(err)
	if _, err := s.Exchange.Fetch(ctxFor(t, 2*time.Second), netip.AddrPortFrom(s.Newspaper.V4, testnet.WebPort), "/"); err == nil {
		t.Error("an isolated exchange reads the newspaper")
	}
	h.help("of an isolated exchange")
	_, err = b.Type(ctx, "isolate", s.Exchange.V4.String(), "--undo")
	must(err)

	keeper, reader := b.Keeper(), b.Reader()
	must(unix.Kill(keeper, unix.SIGSTOP)) // it starts no other reader
	must(b.Kill(ctx, reader))
	must(b.Kill(ctx, keeper))
	h.help("of a box that was killed")
	shut := 0
	await(t, func() error {
		shut++
		if _, err := s.Exchange.Fetch(ctxFor(t, 2*time.Second), netip.AddrPortFrom(s.Newspaper.V4, testnet.WebPort), "/"); err == nil {
			shut = 0
		}
		if shut < 3 {
			return errors.New("the gate is not closed yet")
		}
		return nil
	})
	h.help("of a gate that failed closed")
	h.trunk = s.Exchange.TrunkTCP(ctx, s.Carrier.To())
	must(h.trunk.Register(ctx))
	h.help("of a gate that failed closed, by a new line over TCP")
}

// ctxFor ends after so long.
func ctxFor(t *testing.T, limit time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	t.Cleanup(cancel)
	return ctx
}
