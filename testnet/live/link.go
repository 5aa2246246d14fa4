// Package live proves "live equals replay": it sends captures through the real gate, on two ports of a network of its own,
// and has what the keeper tells of them read by the box's pipeline, as a reader does. Only the clock is another: see clock.
//
//	capture → taps → ports, gate (kernel) → ring, tables → keeper.Teller → order → pipeline → attacks
package live

import (
	"errors"
	"os"
	"path/filepath"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"abri.example/abri/bridge"
	"abri.example/abri/testnet"
)

// Link is a box's link between two taps.
type Link struct {
	outside, inside *testnet.Tap
	host            *testnet.Host
	ports           [2]int // of the box
	pins            string
}

// New lays one. It is removed when t ends.
func New(t testnet.T) (*Link, error) {
	n := testnet.New(t)
	l := &Link{host: n.Host("box")}
	far, near := n.Host("router"), n.Host("office")
	n.Cable(far, l.host, "lan", testnet.OutsidePort)
	n.Cable(l.host, near, testnet.InsidePort, "uplink")
	if err := errors.Join(widen(far, "lan"), widen(near, "uplink"), widen(l.host, testnet.OutsidePort), widen(l.host, testnet.InsidePort)); err != nil {
		return nil, err
	}
	var err error
	if l.outside, err = far.Tap("lan"); err != nil {
		return nil, err
	}
	if l.inside, err = near.Tap("uplink"); err != nil {
		return nil, err
	}
	err = l.host.Do(func() error {
		b, err := bridge.Ensure(bridge.Options{Kind: bridge.InBetween, Name: "abri0", Outside: testnet.OutsidePort, Inside: testnet.InsidePort})
		if err == nil {
			l.ports = [2]int{b.Outside, b.Inside}
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return l, l.mount(t)
}

// widen lets a port take frames as long as captures of a sending machine have them, before they are cut for the wire.
func widen(h *testnet.Host, port string) error {
	return h.Do(func() error {
		link, err := netlink.LinkByName(port)
		if err != nil {
			return err
		}
		return netlink.LinkSetMTU(link, 65_535)
	})
}

// mount gives the gate a folder for its pins.
func (l *Link) mount(t testnet.T) error {
	folder, err := os.MkdirTemp("", "abri-live-")
	if err != nil {
		return err
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	if err := unix.Mount("bpffs", folder, "bpf", unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, "mode=0700"); err != nil {
		return err
	}
	t.Cleanup(func() {
		if err := unix.Unmount(folder, unix.MNT_DETACH); err != nil {
			t.Logf("unmounting %s: %v", folder, err)
		}
	})
	l.pins = filepath.Join(folder, "abri")
	return nil
}
