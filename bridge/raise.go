package bridge

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/vishvananda/netlink"
)

// raise makes the bridge if it is absent, and puts the ports in it that are not. A bridge that was left half made by a
// killed process is completed; one that is somebody else's already holds both ports and is left alone.
func (b *Bridge) raise(bridge netlink.Link, ports []netlink.Link) (netlink.Link, error) {
	if bridge == nil {
		made, err := newBridge(b.options.Name, mtu(ports))
		if err != nil {
			return nil, err
		}
		bridge = made
	}
	b.Index = bridge.Attrs().Index
	if !b.Made {
		return bridge, nil
	}
	b.undo = append(b.undo, func() error { return netlink.LinkDel(bridge) })
	for _, p := range ports {
		if err := b.enslave(bridge, p); err != nil {
			return nil, err
		}
	}
	return bridge, nil
}

// newBridge makes one bridge and marks it as ours, so that a later life of the box knows it again.
func newBridge(name string, mtu int) (netlink.Link, error) {
	attrs := netlink.NewLinkAttrs()
	attrs.Name, attrs.MTU = name, mtu
	link := &netlink.Bridge{LinkAttrs: attrs}
	if err := netlink.LinkAdd(link); err != nil {
		return nil, kernel("bridge", "making bridge "+name, err)
	}
	if err := netlink.LinkSetAlias(link, mark); err != nil {
		return nil, errors.Join(kernel("bridge", "marking bridge "+name, err), netlink.LinkDel(link))
	}
	return link, nil
}

// mtu is the smaller of the two: a larger frame could enter by one port and not leave by the other.
func mtu(ports []netlink.Link) int {
	return min(ports[0].Attrs().MTU, ports[1].Attrs().MTU)
}

// enslave silences the port's own IPv6 (a port of a bridge that asks for routers in its own name is not transparent),
// moves the box's own address off it, and puts it in the bridge.
func (b *Bridge) enslave(bridge, port netlink.Link) error {
	name := port.Attrs().Name
	if err := b.silence(name); err != nil {
		return err
	}
	if err := b.lift(port); err != nil {
		return err
	}
	if port.Attrs().MasterIndex == bridge.Attrs().Index {
		return nil
	}
	if err := netlink.LinkSetMaster(port, bridge); err != nil {
		return kernel("bridge", fmt.Sprintf("putting port %s in bridge %s", name, bridge.Attrs().Name), err)
	}
	return nil
}

// silence turns IPv6 off on one port. Taken away, the port gets the machine's default again.
func (b *Bridge) silence(port string) error {
	if err := setting("ipv6/conf/"+port+"/disable_ipv6", "1"); err != nil {
		return err
	}
	b.undo = append(b.undo, func() error {
		usual, err := os.ReadFile(settings + "ipv6/conf/default/disable_ipv6")
		if err != nil {
			return nil // no IPv6 in this kernel: nothing was turned off
		}
		return setting("ipv6/conf/"+port+"/disable_ipv6", strings.TrimSpace(string(usual)))
	})
	return nil
}

// lift takes the box's own address off a port that carries it: the bridge will carry it.
func (b *Bridge) lift(port netlink.Link) error {
	carried, err := addressesOf(port)
	if err != nil {
		return err
	}
	for _, a := range carried {
		if a != b.options.Address {
			continue
		}
		if err := netlink.AddrDel(port, wire(a)); err != nil {
			return kernel("address", fmt.Sprintf("taking %s off port %s", a, port.Attrs().Name), err)
		}
		b.undo = append(b.undo, func() error { return netlink.AddrReplace(port, wire(a)) })
	}
	return nil
}

// up switches the ports and the bridge on.
func up(bridge netlink.Link, ports ...netlink.Link) error {
	for _, l := range append(ports, bridge) {
		if err := netlink.LinkSetUp(l); err != nil {
			return kernel("bridge", "switching "+l.Attrs().Name+" on", err)
		}
	}
	return nil
}
