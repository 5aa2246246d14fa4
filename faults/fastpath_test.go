package faults

import (
	"errors"
	"fmt"
	"testing"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"abri.example/abri/testnet"
)

func redirecting(_ *testnet.Scene, f *testnet.BoxFile) { f.Fastpath = true }

// With the redirect on, honest conversations take it, and the same is stopped and counted as without, while the reader is
// killed and after. A keeper that is stopped leaves everything to the bridge: nobody watches the redirect then.
func TestFastpath(t *testing.T) {
	h := townHall(t, redirecting)
	h.survives(func(during func()) {
		h.must(h.box.Kill(t.Context(), h.reader()))
		during()
	})
	h.start() // it was ended, to read what it kept
	h.through(h.Honest(t.Context(), honestLimit))
	h.await(func() error {
		st, err := h.box.Status(t.Context())
		if err == nil && (!st.Kernel.Fastpath || st.Kernel.Wired < 30) {
			err = fmt.Errorf("redirected: %v, %d frames", st.Kernel.Fastpath, st.Kernel.Wired)
		}
		return err
	})
	h.halt(h.box.Keeper(), func() { h.through(h.Honest(t.Context(), honestLimit)) })
}

// A port that somebody takes out of the bridge is cut off, with the redirect as without.
func TestFastpathEndsWithTheBridge(t *testing.T) {
	h := townHall(t, redirecting)
	h.through(h.Honest(t.Context(), honestLimit))
	h.must(h.Box.Do(func() error {
		port, err := netlink.LinkByName(testnet.InsidePort)
		return errors.Join(err, netlink.LinkSetNoMaster(port))
	}))
	h.await(func() error {
		st, err := h.box.Status(t.Context())
		if err == nil && st.Kernel.Fastpath {
			err = errors.New("known conversations are redirected still")
		}
		return err
	})
	for _, p := range h.Honest(t.Context(), criminalLimit) {
		if p.Through() {
			t.Errorf("%s crosses a box that is in no bridge", p)
		}
	}
}

// A new configuration turns it on and off while conversations stand.
func TestFastpathIsSwitched(t *testing.T) {
	f := testnet.BoxFile{}
	h := townHall(t, func(s *testnet.Scene, file *testnet.BoxFile) { f = *file })
	talk := h.converse()
	for _, on := range []bool{true, false} {
		f.Fastpath = on
		h.must(h.box.Write(f))
		h.must(unix.Kill(h.box.Keeper(), unix.SIGHUP))
		h.await(func() error {
			st, err := h.box.Status(t.Context())
			if err == nil && st.Kernel.Fastpath != on {
				err = errors.New("the redirect is not switched")
			}
			return err
		})
		h.through(h.Honest(t.Context(), honestLimit))
		h.attack(h.Attackers[0])
	}
	talk()
}
