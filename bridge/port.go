package bridge

import (
	"errors"
	"fmt"
	"net/netip"
	"sort"
	"strings"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"abri.example/abri"
)

// findPort looks a port up by name. The error names the ports there are, because a wrong name is the first mistake of
// an installation.
func findPort(key, name string) (netlink.Link, error) {
	link, err := netlink.LinkByName(name)
	if err == nil {
		return link, nil
	}
	if !errors.As(err, &netlink.LinkNotFoundError{}) {
		return nil, kernel(key, "looking for port "+name, err)
	}
	return nil, &abri.Error{Code: abri.CodeNotFound, Place: "[ports] " + key, What: fmt.Sprintf("no such port %q", name),
		Remedy: "ports there are: " + portNames()}
}

// portNames lists what could serve as a port: neither the loopback nor a bridge.
func portNames() string {
	links, err := netlink.LinkList()
	if err != nil {
		return "unknown (" + err.Error() + ")"
	}
	var names []string
	for _, l := range links {
		if l.Type() != "bridge" && l.Attrs().Name != "lo" {
			names = append(names, l.Attrs().Name)
		}
	}
	if names == nil {
		return "none"
	}
	sort.Strings(names)
	return strings.Join(names, ", ")
}

// findBridge gives nil when nothing has that name, and refuses a name that is something else's.
func findBridge(name string) (netlink.Link, error) {
	link, err := netlink.LinkByName(name)
	if errors.As(err, &netlink.LinkNotFoundError{}) {
		return nil, nil
	}
	if err != nil {
		return nil, kernel("bridge", "looking for bridge "+name, err)
	}
	if link.Type() != "bridge" {
		return nil, &abri.Error{Code: abri.CodeRefused, Place: "[ports] bridge", What: fmt.Sprintf("%q is a %s, not a bridge", name, link.Type()),
			Remedy: "another name, such as abri0"}
	}
	return link, nil
}

// mayTake refuses ports that are in another bridge, that are missing from a bridge which is not ours (adding a port to
// somebody's bridge can close a loop), or whose addresses would fall silent once enslaved.
func (b *Bridge) mayTake(bridge netlink.Link, ports []netlink.Link) error {
	for i, p := range ports {
		name, master := p.Attrs().Name, p.Attrs().MasterIndex
		if bond := bondOf(master); bond != "" {
			return refused(fmt.Sprintf("port %q is part of the bond %q; bonded links (LACP) can't pass through a bridge", name, bond),
				fmt.Sprintf("let the bond end at the box: %s = %q", []string{"outside", "inside"}[i], bond))
		}
		if bridge != nil && master == bridge.Attrs().Index {
			continue
		}
		if master != 0 {
			return refused(fmt.Sprintf("port %q is in %s", name, linkName(master)),
				fmt.Sprintf("name that one in [ports] bridge, or take the port out: ip link set %s nomaster", name))
		}
		if !b.Made {
			return refused(fmt.Sprintf("bridge %q stands, and port %q is not in it", b.options.Name, name),
				"put both ports in it, or name a bridge that does not exist yet")
		}
		carried, err := addressesOf(p)
		if err != nil {
			return err
		}
		for _, a := range carried {
			if a != b.options.Address && !a.Addr().IsLinkLocalUnicast() {
				return refused(fmt.Sprintf("port %q carries the address %s, which would fall silent in a bridge", name, a),
					"give it to the bridge by [ports] address, or take it off the port")
			}
		}
	}
	return nil
}

// bondOf is the name of a bond by its index, "" when that is none.
func bondOf(index int) string {
	if index == 0 {
		return ""
	}
	link, err := netlink.LinkByIndex(index)
	if err != nil || link.Type() != "bond" {
		return ""
	}
	return link.Attrs().Name
}

func linkName(index int) string {
	link, err := netlink.LinkByIndex(index)
	if err != nil {
		return fmt.Sprintf("another bridge (number %d)", index)
	}
	return fmt.Sprintf("another %s, %q", link.Type(), link.Attrs().Name)
}

// addressesOf lists the addresses of one link, each with its prefix length.
func addressesOf(link netlink.Link) ([]netip.Prefix, error) {
	list, err := netlink.AddrList(link, netlink.FAMILY_ALL)
	if err != nil {
		return nil, kernel("address", "reading the addresses of "+link.Attrs().Name, err)
	}
	var out []netip.Prefix
	for _, a := range list {
		addr, ok := netip.AddrFromSlice(a.IP)
		bits, _ := a.Mask.Size()
		if ok {
			out = append(out, netip.PrefixFrom(addr.Unmap(), bits))
		}
	}
	return out, nil
}

func refused(what, remedy string) error {
	return &abri.Error{Code: abri.CodeRefused, Place: "[ports]", What: what, Remedy: remedy}
}

// kernel wraps what the kernel answered to one step.
func kernel(key, what string, err error) error {
	remedy := ""
	if errors.Is(err, unix.EPERM) {
		remedy = "run as root, or with CAP_NET_ADMIN"
	}
	return &abri.Error{Code: abri.CodeUnavailable, Place: "[ports] " + key, What: what, Remedy: remedy, Err: err}
}
