package testnet

import (
	"errors"
	"net/netip"
	"os"
	"runtime"

	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netns"
	"golang.org/x/sys/unix"
)

// Host is one machine of the network: a network namespace that shares everything else with this process. Its methods
// are safe for concurrent use.
type Host struct {
	Name  string
	net   *Net
	space netns.NsHandle
}

// calm keeps a fresh host from talking of its own accord, and its IPv6 addresses usable at once. Reverse-path checks are
// off because attackers' addresses come by one leg.
var calm = map[string]string{
	"ipv6/conf/default/accept_dad":           "0",
	"ipv6/conf/default/accept_ra":            "0",
	"ipv6/conf/default/router_solicitations": "0",
	"ipv4/conf/default/rp_filter":            "0",
	"ipv4/conf/all/rp_filter":                "0",
}

// Host adds a machine, its loopback up. The name is one word, unique in the network.
func (n *Net) Host(name string) *Host {
	h := &Host{Name: name, net: n}
	n.must(h.enter(), "making host %s", name)
	n.must(h.Do(func() error {
		lo, err := netlink.LinkByName("lo")
		if err != nil {
			return err
		}
		return netlink.LinkSetUp(lo)
	}), "starting host %s", name)
	for key, value := range calm {
		h.Set(key, value)
	}
	return h
}

// enter makes the namespace on a thread of its own, which dies with it: no other goroutine ever runs in there by chance.
func (h *Host) enter() error {
	name := spaceName(h.net.serial, h.Name)
	made := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		var err error
		h.space, err = netns.NewNamed(name)
		made <- err
	}()
	if err := <-made; err != nil {
		_ = netns.DeleteNamed(name)
		return err
	}
	h.net.t.Cleanup(func() {
		if err := errors.Join(h.space.Close(), netns.DeleteNamed(name)); err != nil {
			h.net.t.Logf("testnet: removing %s: %v", name, err)
		}
	})
	return nil
}

// Do runs f on a thread inside the host: sockets, netlink and /proc/sys/net are the host's. f must not start goroutines
// that make sockets, nor end the test (its goroutine is not the test's).
func (h *Host) Do(f func() error) error {
	done := make(chan error, 1)
	go func() {
		err := errors.New("the function ended its goroutine")
		defer func() { done <- err }()
		runtime.LockOSThread() // never unlocked: the thread ends here, rather than go on in the wrong place
		if err = netns.Set(h.space); err == nil {
			err = f()
		}
	}()
	return <-done
}

// Set writes one network setting, named below /proc/sys/net. A kernel without it, such as one without IPv6, fails.
func (h *Host) Set(key, value string) {
	h.net.must(h.Do(func() error {
		return os.WriteFile("/proc/sys/net/"+key, []byte(value), 0)
	}), "setting %s=%s on %s", key, value, h.Name)
}

// Forward makes the host a router, both families.
func (h *Host) Forward() {
	h.Set("ipv4/ip_forward", "1")
	h.Set("ipv6/conf/all/forwarding", "1")
}

// Address gives a port of the host its addresses, usable at once.
func (h *Host) Address(port string, addresses ...netip.Prefix) {
	for _, a := range addresses {
		h.net.must(h.Do(func() error {
			link, err := netlink.LinkByName(port)
			if err != nil {
				return err
			}
			return netlink.AddrAdd(link, &netlink.Addr{IPNet: ipNet(a), Flags: unix.IFA_F_NODAD})
		}), "giving %s to %s of %s", a, port, h.Name)
	}
}

// Route sends what is for dst by way of a neighbour. Use Default for everything else.
func (h *Host) Route(dst netip.Prefix, via netip.Addr) {
	h.net.must(h.Do(func() error {
		return netlink.RouteAdd(&netlink.Route{Dst: ipNet(dst), Gw: via.AsSlice()})
	}), "routing %s by %s on %s", dst, via, h.Name)
}

// Default sends everything else by way of these neighbours, one a family.
func (h *Host) Default(via ...netip.Addr) {
	for _, hop := range via {
		everything, err := map[bool]netip.Addr{true: netip.IPv4Unspecified(), false: netip.IPv6Unspecified()}[hop.Is4()].Prefix(0)
		h.net.must(err, "the default route of %s", h.Name)
		h.Route(everything, hop)
	}
}
