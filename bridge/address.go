package bridge

import (
	"fmt"
	"net"
	"net/netip"
	"slices"

	"github.com/vishvananda/netlink"
)

// address gives the bridge its own address and its default route, where they are wanted and not yet there.
func (b *Bridge) address(bridge netlink.Link) error {
	want := b.options.Address
	if !want.IsValid() {
		return nil
	}
	have, err := addressesOf(bridge)
	if err != nil {
		return err
	}
	if !slices.Contains(have, want) {
		if err := netlink.AddrReplace(bridge, wire(want)); err != nil {
			return kernel("address", fmt.Sprintf("giving %s to %s", want, bridge.Attrs().Name), err)
		}
		b.undo = append(b.undo, func() error { return netlink.AddrDel(bridge, wire(want)) })
	}
	return b.route(bridge)
}

// route sends what is for elsewhere to the gateway.
func (b *Bridge) route(bridge netlink.Link) error {
	gateway := b.options.Gateway
	if !gateway.IsValid() {
		return nil
	}
	have, err := b.Gateways()
	if err != nil {
		return err
	}
	if slices.Contains(have, gateway) {
		return nil
	}
	route := &netlink.Route{LinkIndex: bridge.Attrs().Index, Gw: gateway.AsSlice(), Dst: everywhere(gateway)}
	if err := netlink.RouteReplace(route); err != nil {
		return kernel("gateway", fmt.Sprintf("routing by %s", gateway), err)
	}
	b.undo = append(b.undo, func() error { return netlink.RouteDel(route) })
	return nil
}

// Own lists the box's own addresses, link-local ones among them: those of the bridge and of its ports; with Host those
// of the port. They change while the box lives: see Watch.
func (b *Bridge) Own() ([]netip.Addr, error) {
	var own []netip.Addr
	for _, index := range b.indexes() {
		link, err := netlink.LinkByIndex(index)
		if err != nil {
			return nil, kernel("bridge", fmt.Sprintf("looking for link number %d", index), err)
		}
		carried, err := addressesOf(link)
		if err != nil {
			return nil, err
		}
		for _, p := range carried {
			if !slices.Contains(own, p.Addr()) {
				own = append(own, p.Addr())
			}
		}
	}
	return own, nil
}

// Gateways lists the next hops of the machine's default routes, each once. They are never banned.
func (b *Bridge) Gateways() ([]netip.Addr, error) {
	var hops []netip.Addr
	routes, err := netlink.RouteList(nil, netlink.FAMILY_ALL)
	if err != nil {
		return nil, kernel("gateway", "reading the routes", err)
	}
	for _, r := range routes {
		if bits, _ := maskOf(r.Dst); bits != 0 {
			continue
		}
		gateways := []net.IP{r.Gw}
		for _, path := range r.MultiPath {
			gateways = append(gateways, path.Gw)
		}
		for _, gw := range gateways {
			if hop, ok := netip.AddrFromSlice(gw); ok && !slices.Contains(hops, hop.Unmap()) {
				hops = append(hops, hop.Unmap())
			}
		}
	}
	return hops, nil
}

// indexes are the links whose addresses are the box's own.
func (b *Bridge) indexes() []int {
	if b.Inside == 0 {
		return []int{b.Index}
	}
	return []int{b.Index, b.Outside, b.Inside}
}

// wire is p in the form of the netlink library.
func wire(p netip.Prefix) *netlink.Addr {
	return &netlink.Addr{IPNet: &net.IPNet{IP: p.Addr().AsSlice(), Mask: net.CIDRMask(p.Bits(), p.Addr().BitLen())}}
}

// everywhere is the default destination in the family of a gateway.
func everywhere(gateway netip.Addr) *net.IPNet {
	return &net.IPNet{IP: make(net.IP, gateway.BitLen()/8), Mask: net.CIDRMask(0, gateway.BitLen())}
}

// maskOf is the prefix length of a route; the kernel leaves the destination of a default route out.
func maskOf(dst *net.IPNet) (bits, size int) {
	if dst == nil {
		return 0, 0
	}
	return dst.Mask.Size()
}
