package testnet

import (
	"net"
	"net/netip"

	"github.com/safchain/ethtool"
	"github.com/vishvananda/netlink"
)

// txChecksum is ethtool's name for leaving checksums to a card that a veth does not have. With it on, a frame that XDP
// sends elsewhere carries a wrong checksum, and no TCP connection stands.
const txChecksum = "tx-checksum-ip-generic"

// Cable joins two hosts by a new port on each, both up.
func (n *Net) Cable(a, b *Host, portA, portB string) {
	n.must(a.Do(func() error {
		attrs := netlink.NewLinkAttrs()
		attrs.Name = portA
		return netlink.LinkAdd(&netlink.Veth{LinkAttrs: attrs, PeerName: portB, PeerNamespace: netlink.NsFd(b.space)})
	}), "laying a cable from %s of %s to %s of %s", portA, a.Name, portB, b.Name)
	n.must(a.Do(func() error { return ready(portA) }), "starting %s of %s", portA, a.Name)
	n.must(b.Do(func() error { return ready(portB) }), "starting %s of %s", portB, b.Name)
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
	if err := card.Change(port, map[string]bool{txChecksum: false}); err != nil {
		return err
	}
	return netlink.LinkSetUp(link)
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
