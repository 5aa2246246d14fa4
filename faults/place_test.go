package faults

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"abri.example/abri"
	"abri.example/abri/box/control"
	"abri.example/abri/box/order"
	"abri.example/abri/gate"
	"abri.example/abri/testnet"
)

// `abri run --mode host` guards one server on its own port: what is listed is dropped, coming in and going out, by IPv4
// and IPv6; honest people pass, and other servers are not guarded by it.
func TestServerGuardsItself(t *testing.T) {
	s := testnet.TownHall(testnet.New(t))
	s.Box.Switch(testnet.OutsidePort, testnet.InsidePort)
	f := s.BoxFile()
	f.Server, f.Page = "eth0", netip.MustParseAddrPort("127.0.0.1:8080")
	h := town{t, s, s.NewBoxOn(s.Mail.Host, program, f)}
	h.start("--mode", "host")
	h.through(h.Honest(t.Context(), honestLimit))
	h.attack(h.Attackers[0], h.Attackers[2]) // mail and web stand on this server
	h.through(h.Attack(t.Context(), honestLimit, h.Attackers[1]))
	for _, fence := range h.Fence.Addresses() {
		ctx, cancel := context.WithTimeout(t.Context(), criminalLimit)
		if err := h.Mail.Upload(ctx, netip.AddrPortFrom(fence, testnet.UploadPort), []byte("registre")); err == nil {
			t.Errorf("the server reached %s", fence)
		}
		cancel()
	}
	if got := h.Fence.Total(); got != (testnet.Count{}) {
		t.Errorf("the fence has %+v", got)
	}
	h.counted(6)
	h.must(h.box.Stop())
	h.must(h.box.Detach(t.Context()))
	h.through(h.Attack(t.Context(), honestLimit, h.Attackers[0]))
}

// A bridge that stands already is taken as it stands, by its name and with its ports; when the box is taken away it
// stands still, and bridges.
func TestStandingBridgeIsTaken(t *testing.T) {
	h := quietTown(t, func(_ *testnet.Scene, f *testnet.BoxFile) { f.Bridge = "switch" })
	h.Box.Switch(testnet.OutsidePort, testnet.InsidePort)
	before := h.link("switch").Attrs().Index
	h.start()
	h.through(h.Honest(t.Context(), honestLimit))
	h.attack(h.Attackers...)
	h.counted(8)
	h.must(h.box.Stop())
	h.must(h.box.Detach(t.Context()))
	h.isPlain("switch", before)
}

// `abri detach` leaves a plain bridge: no program on its ports, nothing pinned, and everything crosses. Without it the
// filter goes on, though no process runs.
func TestDetachLeavesAPlainBridge(t *testing.T) {
	h := townHall(t, nil)
	bridge := h.link("abri0").Attrs().Index
	h.must(h.box.Stop())
	h.attack(h.Attackers...)
	h.through(h.Honest(t.Context(), honestLimit))
	h.must(h.box.Detach(t.Context()))
	h.isPlain("abri0", bridge)
}

func (h town) isPlain(bridge string, index int) {
	h.Helper()
	if got := h.link(bridge).Attrs().Index; got != index {
		h.Errorf("the bridge is another one: %d, not %d", got, index)
	}
	for _, port := range []string{testnet.OutsidePort, testnet.InsidePort} {
		if x := h.link(port).Attrs().Xdp; x != nil && x.Attached {
			h.Errorf("a program is left on %s", port)
		}
		if left := h.filters(port); len(left) != 0 {
			h.Errorf("filters are left on %s: %v", port, left)
		}
	}
	if h.box.Pinned() {
		h.Error("something is left pinned")
	}
	h.through(slices.Concat(h.Attack(h.Context(), honestLimit, h.Attackers...), h.Steal(h.Context(), honestLimit), h.Honest(h.Context(), honestLimit)))
}

// `abri detach` under a running box is refused with exit 4, and so is a second box on its folders; the first goes on
// filtering.
func TestOneBoxAtATime(t *testing.T) {
	h := townHall(t, nil)
	if err := h.box.Detach(t.Context()); err == nil || !strings.Contains(err.Error(), "exit status 4") || !strings.Contains(err.Error(), "a running box uses this folder") {
		t.Errorf("detach under a box: %v", err)
	}
	if out, err := h.box.Again(t.Context()); err == nil || !strings.Contains(err.Error(), "exit status 4") || !strings.Contains(out, "a running box uses this folder") {
		t.Errorf("a second box: %v: %s", err, out)
	}
	h.attack(h.Attackers...)
	h.through(h.Honest(t.Context(), honestLimit))
	h.counted(8)
}

// A filter that somebody takes off a port is put back within seconds, and page and status tell it.
func TestFilterTakenOff(t *testing.T) {
	h := townHall(t, nil)
	before := h.link(testnet.OutsidePort).Attrs().Xdp
	h.must(h.Box.Do(func() error { return gate.Detach(h.box.Pins()) }))
	h.status("not put back", func(st control.Status) bool {
		return st.Kernel.Restored >= 2 && !slices.ContainsFunc(st.Kernel.Ports, func(p order.Port) bool { return p.Fault != "" || p.Program == 0 })
	})
	h.says("a retiré le filtre")
	if before == nil || !before.Attached {
		t.Error("there was no filter before")
	}
	h.attack(h.Attackers...)
	h.through(h.Honest(t.Context(), honestLimit))
}

// A port that is taken out of the bridge is told on page and status, and the sky is fog; put back, all is well.
func TestPortTakenOutOfTheBridge(t *testing.T) {
	h := townHall(t, nil)
	port, bridge := h.link(testnet.OutsidePort), h.link("abri0")
	h.must(h.Box.Do(func() error { return netlink.LinkSetNoMaster(port) }))
	h.status("the port's fault is not told", func(st control.Status) bool {
		return st.Weather.Sky == abri.Fog && slices.ContainsFunc(st.Kernel.Ports, func(p order.Port) bool { return p.Fault == order.PortOut && p.Side == "outside" })
	})
	h.says("un de ses ports")
	h.must(h.Box.Do(func() error { return netlink.LinkSetMaster(port, bridge) }))
	h.status("the port is well and fog stays", func(st control.Status) bool { return st.Weather.Sky != abri.Fog && len(st.Troubles) == 0 })
	h.through(h.Honest(t.Context(), honestLimit))
}

// filters are the tc filters on a port of the box.
func (h town) filters(port string) (left []netlink.Filter) {
	h.Helper()
	l := h.link(port)
	h.must(h.Box.Do(func() error {
		for _, parent := range []uint32{netlink.HANDLE_MIN_EGRESS, netlink.HANDLE_MIN_INGRESS} {
			some, err := netlink.FilterList(l, parent)
			if err != nil && !errors.Is(err, unix.EINVAL) && !errors.Is(err, unix.ENOENT) { // there is no such queue
				return err
			}
			left = append(left, some...)
		}
		return nil
	}))
	return left
}

// link looks a port or bridge of the box up.
func (h town) link(name string) (l netlink.Link) {
	h.Helper()
	h.must(h.Box.Do(func() (err error) {
		l, err = netlink.LinkByName(name)
		return err
	}))
	return l
}

// A new connection from the outside port to the box itself is dropped, to its page and to any other door, and is noise,
// not an attack. From inside the page opens, and answers to the box's own connections pass.
func TestTheBoxesOwnDoorIsShut(t *testing.T) {
	h := townHall(t, nil)
	ssh, err := h.Box.Listen(netip.AddrPortFrom(testnet.BoxAddress.Addr(), testnet.RemotePort))
	h.must(err)
	for _, door := range []netip.AddrPort{testnet.PageAddress, netip.MustParseAddrPort(ssh.Addr().String())} {
		ctx, cancel := context.WithTimeout(t.Context(), criminalLimit)
		if c, err := h.Citizen.Host.Dial(ctx, "tcp", h.Citizen.V4, door); err == nil {
			c.Close()
			t.Errorf("%s opens from outside", door)
		}
		cancel()
		ctx, cancel = context.WithTimeout(t.Context(), honestLimit)
		c, err := h.Desk.Host.Dial(ctx, "tcp", h.Desk.V4, door)
		h.must(err)
		c.Close()
		cancel()
	}
	box := testnet.Peer{Name: "box", Host: h.Box, V4: testnet.BoxAddress.Addr()}
	ctx, cancel := context.WithTimeout(t.Context(), honestLimit)
	defer cancel()
	if _, err := box.Fetch(ctx, netip.AddrPortFrom(h.Newspaper.V4, testnet.WebPort), "/"); err != nil {
		t.Errorf("the box can't read the news: %v", err)
	}
	if _, err := box.Resolve(ctx, netip.AddrPortFrom(h.Resolver.V4, testnet.DNSPort), "journal.example."); err != nil {
		t.Errorf("the box can't ask for names: %v", err)
	}
	w, err := h.box.AwaitWeather(t.Context(), patience, func(w testnet.Weather) bool { return w.Noise >= 2 })
	if err != nil || w.Attacks != 0 {
		t.Errorf("two knocks at the box's own doors make %+v, %v", w, err)
	}
}

// A ring that nobody reads is full at last: honest traffic passes all the same, what is listed is stopped, and that
// copies were lost is counted and told.
func TestFullRing(t *testing.T) {
	h := townHall(t, nil)
	h.halt(h.box.Keeper(), func() {
		c, err := h.Desk.Host.Dial(t.Context(), "udp", h.Desk.V4, netip.AddrPortFrom(h.Newspaper.V4, testnet.DNSPort))
		h.must(err)
		defer c.Close()
		question := make([]byte, 1200)
		for begun := time.Now(); time.Since(begun) < time.Second; { // after three the gate sees that nobody reads
			c.Write(question) // refused by the newspaper, which has no names: all that counts is that it crosses
		}
		h.through(h.Honest(t.Context(), honestLimit))
		h.attack(h.Attackers[0])
	})
	h.says("Trop de trafic à lire d")
	st := h.status("not 2 neutralised", func(st control.Status) bool { return st.Neutralised == 2 }) // so many questions may be found strange, too
	if st.Kernel.Lost == 0 || st.Kernel.Copies == 0 {
		t.Errorf("%d copies, %d lost", st.Kernel.Copies, st.Kernel.Lost)
	}
}
