package gate

import (
	"testing"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

// TestTap has the outside port on a tap, as of a virtual machine, natively and generic: what is written into it enters
// the port.
func TestTap(t *testing.T) {
	for _, generic := range []bool{false, true} {
		s := newScene(t)
		s.tap()
		o := s.options()
		o.Generic = generic
		g := s.open(o)
		if ports := g.Attached(); ports[0].Native == generic {
			t.Errorf("attached: %+v", ports)
		}
		_, err := g.Load(entries("45.9.20.0/24"))
		s.do(err)
		if s.crosses(s.router, s.site, listedIn) || s.crosses(s.site, s.router, listedOut) {
			t.Errorf("generic %v: a listed packet passes", generic)
		}
		if !s.crosses(s.router, s.site, honest) {
			t.Errorf("generic %v: an honest packet is stopped", generic)
		}
		s.do(g.Close())
		s.do(Detach(o.PinDir))
	}
}

// tap puts a tap in the place of the outside port; its far end is the file.
func (s *scene) tap() {
	s.t.Helper()
	bridge, err := netlink.LinkByName("br")
	s.do(err)
	tap := &netlink.Tuntap{
		LinkAttrs: netlink.LinkAttrs{Name: "tap"}, Mode: netlink.TUNTAP_MODE_TAP, Flags: netlink.TUNTAP_NO_PI,
		NonPersist: true, Queues: 1,
	}
	if err := netlink.LinkAdd(tap); err != nil {
		s.t.Skipf("needs a tap: %v", err)
	}
	s.t.Cleanup(func() { tap.Fds[0].Close() })
	s.do(netlink.LinkSetMaster(tap, bridge))
	s.do(netlink.LinkSetUp(tap))
	s.router, s.outside = int(tap.Fds[0].Fd()), tap.Attrs().Index
	s.do(unix.SetNonblock(s.router, true))
}
