package testnet

import (
	"fmt"
	"net/netip"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

// MostVisitors is how many Visitors there can be.
const MostVisitors = 1024

// Visitors are honest people of the Internet, each at home in a network (a /24, a /48) that no other of them shares.
func (s *Scene) Visitors(n int) []Peer {
	all4, all6 := netip.MustParsePrefix("81.48.0.0/14"), netip.MustParsePrefix("2a01:cb00::/32")
	s.internet.Set("ipv4/ip_nonlocal_bind", "1")
	s.internet.Set("ipv6/ip_nonlocal_bind", "1")
	for _, p := range []netip.Prefix{all4, all6} {
		s.Net.must(s.internet.anybody(p), "settling %s", p)
		via := netip.MustParseAddr("198.51.100.33")
		if p.Addr().Is6() {
			via = netip.MustParseAddr("2001:db8:51::33")
		}
		s.router.Route(p, via)
	}
	all := make([]Peer, min(n, MostVisitors))
	for i := range all {
		all[i] = Peer{
			Name: fmt.Sprint("visitor ", i), Host: s.internet,
			V4: netip.AddrFrom4([4]byte{81, byte(48 + i>>8), byte(i), 7}),
			V6: netip.AddrFrom16([16]byte{0x2a, 1, 0xcb, 0, byte(i >> 8), byte(i), 15: 7}),
		}
	}
	return all
}

// anybody makes every address of a prefix one of the host's own.
func (h *Host) anybody(p netip.Prefix) error {
	return h.Do(func() error {
		lo, err := netlink.LinkByName("lo")
		if err != nil {
			return err
		}
		return netlink.RouteAdd(&netlink.Route{Dst: ipNet(p), LinkIndex: lo.Attrs().Index, Type: unix.RTN_LOCAL, Scope: netlink.SCOPE_HOST, Table: unix.RT_TABLE_LOCAL})
	})
}

// Alias is another machine of the town hall with a server's card: what is aimed at it is aimed at nobody else. No two have
// the same number, from 1 to 100.
func (s *Scene) Alias(of Peer, number int) Peer {
	p := Peer{
		Name: fmt.Sprint(of.Name, " ", number), Host: of.Host,
		V4: netip.AddrFrom4([4]byte{192, 168, 10, byte(110 + number)}),
		V6: netip.AddrFrom16([16]byte{0x20, 1, 0x0d, 0xb8, 0, 0x10, 14: 1, 15: byte(number)}),
	}
	of.Host.Address("eth0", netip.PrefixFrom(p.V4, 24), netip.PrefixFrom(p.V6, 64))
	return p
}

// Offered is how many packets the router has sent towards the box.
func (s *Scene) Offered() (packets uint64, err error) {
	err = s.router.Do(func() error {
		lan, err := netlink.LinkByName("lan")
		if err == nil {
			packets = lan.Attrs().Statistics.TxPackets
		}
		return err
	})
	return packets, err
}
