package testnet

import (
	"errors"
	"net"
	"net/netip"
	"time"

	"github.com/safchain/ethtool"
	"github.com/vishvananda/netlink"
)

// txChecksum is ethtool's name for leaving checksums to a card that a veth does not have. With it on, a frame that XDP
// sends elsewhere carries a wrong checksum, and no TCP connection stands.
const txChecksum = "tx-checksum-ip-generic"

// receiveOffload is ethtool's name for what makes a veth take frames that XDP redirects to its other end; that end learns
// of it only when the port is up.
const receiveOffload = "rx-gro"

// The names of ethtool for leaving tags of VLANs to the card: on a wire they stand in the frames, and a veth's other end would
// else have them beside.
const (
	tagOffload      = "tx-vlan-hw-insert"
	outerTagOffload = "tx-vlan-stag-hw-insert"
)

// Cable joins two hosts by a new port on each, both up.
func (n *Net) Cable(a, b *Host, portA, portB string) {
	n.must(a.Do(func() error {
		attrs := netlink.NewLinkAttrs()
		attrs.Name = portA
		return netlink.LinkAdd(&netlink.Veth{LinkAttrs: attrs, PeerName: portB, PeerNamespace: netlink.NsFd(b.space)})
	}), "laying a cable from %s of %s to %s of %s", portA, a.Name, portB, b.Name)
	n.must(a.Do(func() error { return ready(portA) }), "starting %s of %s", portA, a.Name)
	n.must(b.Do(func() error { return ready(portB) }), "starting %s of %s", portB, b.Name)
	n.must(a.Do(func() error { return live(portA) }), "awaiting the carrier of %s of %s", portA, a.Name)
	n.must(b.Do(func() error { return live(portB) }), "awaiting the carrier of %s of %s", portB, b.Name)
}

func ready(port string) error {
	link, err := netlink.LinkByName(port)
	if err != nil {
		return err
	}
	card, err := ethtool.NewEthtool()
	if err != nil {
		return err
	}
	defer card.Close()
	return errors.Join(card.Change(port, map[string]bool{txChecksum: false, tagOffload: false, outerTagOffload: false}), netlink.LinkSetUp(link),
		card.Change(port, map[string]bool{receiveOffload: true}))
}

// live waits until the kernel has seen the carrier. It does so up to a second after both ends are up, and until then
// loses what is sent without a word. Being asked about the one port, a recent kernel looks at once.
func live(port string) error {
	updates, done := make(chan netlink.LinkUpdate), make(chan struct{})
	if err := netlink.LinkSubscribe(updates, done); err != nil {
		return err
	}
	defer func() {
		close(done)
		go func() { // the library's goroutine may be waiting to tell one more
			for range updates {
			}
		}()
	}()
	if link, err := netlink.LinkByName(port); err != nil || link.Attrs().OperState == netlink.OperUp {
		return err
	}
	late := time.After(5 * time.Second)
	for {
		select {
		case u, open := <-updates:
			if !open {
				return errors.New("the kernel tells no more changes")
			}
			if u.Attrs().Name == port && u.Attrs().OperState == netlink.OperUp {
				return nil
			}
		case <-late:
			return errors.New("no carrier after five seconds")
		}
	}
}

// Switch joins ports of the host as an office switch does. It is a plain learning bridge, and not the box's.
func (h *Host) Switch(ports ...string) {
	h.net.must(h.Do(func() error {
		attrs := netlink.NewLinkAttrs()
		attrs.Name = "switch"
		snoop := false
		fabric := &netlink.Bridge{LinkAttrs: attrs, MulticastSnooping: &snoop}
		if err := netlink.LinkAdd(fabric); err != nil {
			return err
		}
		for _, name := range ports {
			port, err := netlink.LinkByName(name)
			if err != nil {
				return err
			}
			if err := netlink.LinkSetMaster(port, fabric); err != nil {
				return err
			}
		}
		return netlink.LinkSetUp(fabric)
	}), "making a switch of %s", h.Name)
}

func ipNet(p netip.Prefix) *net.IPNet {
	return &net.IPNet{IP: p.Addr().AsSlice(), Mask: net.CIDRMask(p.Bits(), p.Addr().BitLen())}
}
