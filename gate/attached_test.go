package gate

import (
	"testing"

	"github.com/cilium/ebpf/link"
	"github.com/vishvananda/netlink"

	"abri.example/abri"
)

// TestTakenOff has a stranger take the programs off: the gate sees each, and puts it back, so that what is listed is
// stopped again and the next life finds it pinned.
func TestTakenOff(t *testing.T) {
	s := newScene(t)
	g := s.open(s.options())
	_, err := g.Load(entries("45.9.20.0/24"))
	s.do(err)
	for what, off := range map[string]func() error{
		"outside":  func() error { return unlink(linkPath(g.dir, abri.Outside)) },
		"inside":   func() error { return unlink(linkPath(g.dir, abri.Inside)) },
		"detached": func() error { return Detach(g.dir) },
		"egress":   func() error { return removeEgress(s.outside) },
		"another program": func() error {
			l, err := link.LoadPinnedLink(linkPath(g.dir, abri.Inside), nil)
			if err != nil {
				return err
			}
			defer l.Close()
			stranger, err := loadKernel()
			if err != nil {
				return err
			}
			var all kernelObjects
			if err := stranger.LoadAndAssign(&all, nil); err != nil {
				return err
			}
			defer all.Close()
			return l.Update(all.AbriXdp)
		},
	} {
		missing := func() (n int) {
			for _, p := range g.Attached() {
				if p.Program == 0 {
					n++
				}
			}
			return n
		}
		if missing() != 0 {
			t.Fatalf("before %s: %+v", what, g.Attached())
		}
		s.do(off())
		if missing() == 0 {
			t.Errorf("%s taken off is not seen: %+v", what, g.Attached())
		}
		s.do(g.Attach())
		if missing() != 0 {
			t.Errorf("%s is not put back: %+v", what, g.Attached())
		}
		if s.crosses(s.router, s.site, listedIn) || s.crosses(s.site, s.router, listedOut) {
			t.Errorf("%s: put back, and a listed packet passes", what)
		}
	}
	s.do(g.Close())
	if err := g.Attach(); abri.CodeOf(err) != abri.CodeUnavailable || s.crosses(s.router, s.site, listedIn) {
		t.Errorf("after Close the filter is taken off by whoever wants it back: %v", err)
	}
	g = s.open(s.options())
	if v4, _ := g.Entries(); v4 != 1 {
		t.Errorf("what was put back is not pinned: %d entries", v4)
	}
}

// TestPortGone has a port unplugged: it is seen, and refused by its number until it is named anew.
func TestPortGone(t *testing.T) {
	s := newScene(t)
	g := s.open(s.options())
	dev, err := netlink.LinkByIndex(s.inside)
	s.do(err)
	s.do(netlink.LinkDel(dev))
	if p := g.Attached(); p[0].Program == 0 || p[1].Program != 0 {
		t.Errorf("without the inside port: %+v", p)
	}
	if err := g.Attach(); abri.CodeOf(err) != abri.CodeUnavailable {
		t.Errorf("a port that is gone: %v", err)
	}
}
