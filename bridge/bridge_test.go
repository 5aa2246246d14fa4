package bridge_test

import (
	"net/netip"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/vishvananda/netlink"

	"abri.example/abri"
	"abri.example/abri/bridge"
	"abri.example/abri/testnet"
)

// box is a host with two ports, each cabled to a host of its own.
type box struct {
	*testing.T
	host, far, near *testnet.Host
}

func newBox(t *testing.T) box {
	n := testnet.New(t)
	b := box{t, n.Host("box"), n.Host("far"), n.Host("near")}
	n.Cable(b.host, b.far, "eth0", "wan")
	n.Cable(b.host, b.near, "eth1", "lan")
	return b
}

var wanted = bridge.Options{Kind: bridge.InBetween, Name: "abri0", Outside: "eth0", Inside: "eth1",
	Address: netip.MustParsePrefix("192.168.10.2/24"), Gateway: netip.MustParseAddr("192.168.10.1")}

func (b box) ensure(o bridge.Options) *bridge.Bridge {
	b.Helper()
	var made *bridge.Bridge
	b.do(func() (err error) { made, err = bridge.Ensure(o); return err })
	return made
}

func (b box) do(f func() error) {
	b.Helper()
	if err := b.host.Do(f); err != nil {
		b.Fatal(err)
	}
}

// link reads a link as the kernel has it; nil when there is none of that name.
func (b box) link(name string) (found netlink.Link) {
	b.do(func() error { found, _ = netlink.LinkByName(name); return nil })
	return found
}

func (b box) setting(key string) (value string) {
	b.do(func() error {
		text, err := os.ReadFile("/proc/sys/net/" + key)
		value = strings.TrimSpace(string(text))
		return err
	})
	return value
}

func (b box) run(steps ...func() error) {
	b.Helper()
	for _, step := range steps {
		b.do(step)
	}
}

// foreign makes somebody else's bridge with these ports.
func (b box) foreign(name string, ports ...string) {
	b.Helper()
	b.do(func() error {
		attrs := netlink.NewLinkAttrs()
		attrs.Name = name
		made := &netlink.Bridge{LinkAttrs: attrs}
		if err := netlink.LinkAdd(made); err != nil {
			return err
		}
		for _, p := range ports {
			port, err := netlink.LinkByName(p)
			if err != nil {
				return err
			}
			if err := netlink.LinkSetMaster(port, made); err != nil {
				return err
			}
		}
		return nil
	})
}

func TestBridgeIsMadeAndRemoved(t *testing.T) {
	b := newBox(t)
	made := b.ensure(wanted)
	link, outside, inside := b.link("abri0"), b.link("eth0"), b.link("eth1")
	if !made.Made || made.Index != link.Attrs().Index || made.Outside != outside.Attrs().Index || made.Inside != inside.Attrs().Index {
		t.Errorf("Ensure says %+v", made)
	}
	if outside.Attrs().MasterIndex != made.Index || inside.Attrs().MasterIndex != made.Index {
		t.Error("a port is not in the bridge")
	}
	b.do(func() error {
		own, err := made.Own()
		if !slices.Contains(own, wanted.Address.Addr()) {
			t.Errorf("the box's own address is not in %v", own)
		}
		return err
	})
	b.do(func() error {
		hops, err := made.Gateways()
		if !slices.Equal(hops, []netip.Addr{wanted.Gateway}) {
			t.Errorf("gateways are %v", hops)
		}
		return err
	})
	if b.setting("ipv6/conf/eth0/disable_ipv6") != "1" {
		t.Error("a port speaks IPv6 in its own name")
	}
	b.do(made.Remove)
	if b.link("abri0") != nil || b.link("eth0").Attrs().MasterIndex != 0 || b.setting("ipv6/conf/eth0/disable_ipv6") != "0" {
		t.Error("something of ours was left")
	}
}

func TestBridgeIsTheSameTheSecondTime(t *testing.T) {
	b := newBox(t)
	first := b.ensure(wanted)
	second := b.ensure(wanted)
	if first.Index != second.Index || !second.Made {
		t.Errorf("the second time gives %+v after %+v", second, first)
	}
	b.do(second.Remove) // a later life removes what an earlier one, killed, had made
	if b.link("abri0") != nil {
		t.Error("our bridge was not known again")
	}
}

func TestBridgeIsTakenAsItStands(t *testing.T) {
	b := newBox(t)
	b.foreign("br0", "eth0", "eth1")
	o := wanted
	o.Name = "br0"
	taken := b.ensure(o)
	if taken.Made {
		t.Error("somebody else's bridge is said to be ours")
	}
	b.do(taken.Remove)
	if b.link("br0") == nil || b.link("eth1").Attrs().MasterIndex != taken.Index {
		t.Error("somebody else's bridge was taken away")
	}
	b.do(func() error {
		own, err := taken.Own()
		if slices.Contains(own, o.Address.Addr()) {
			t.Error("the address that we added was left")
		}
		return err
	})
}

// A gateway without an address of the box is only known, on a bridge of ours and on another's: no route is made.
func TestGatewayWithoutAnAddress(t *testing.T) {
	for _, foreign := range []bool{false, true} {
		b := newBox(t)
		if foreign {
			b.foreign(wanted.Name, "eth0", "eth1")
		}
		o := wanted
		o.Address = netip.Prefix{}
		made := b.ensure(o)
		b.do(func() error {
			hops, err := made.Gateways()
			if len(hops) != 0 {
				t.Errorf("foreign %v: a route goes by %v", foreign, hops)
			}
			return err
		})
	}
}

func TestSmallerMTUIsTheBridges(t *testing.T) {
	b := newBox(t)
	b.do(func() error { return netlink.LinkSetMTU(b.mustLink("eth1"), 1400) })
	b.ensure(wanted)
	if got := b.link("abri0").Attrs().MTU; got != 1400 {
		t.Errorf("the bridge takes %d bytes, and one port 1400", got)
	}
}

// mustLink is for use inside do.
func (b box) mustLink(name string) netlink.Link {
	link, err := netlink.LinkByName(name)
	if err != nil {
		b.Error(err)
	}
	return link
}

func TestAddressMovesFromThePortAndBack(t *testing.T) {
	b := newBox(t)
	b.host.Address("eth0", wanted.Address)
	made := b.ensure(wanted)
	b.do(made.Remove)
	b.do(func() error {
		list, err := netlink.AddrList(b.mustLink("eth0"), netlink.FAMILY_V4)
		if len(list) != 1 || list[0].IPNet.String() != wanted.Address.String() {
			t.Errorf("after removal the port carries %v", list)
		}
		return err
	})
}

func TestHostModeMakesNothing(t *testing.T) {
	b := newBox(t)
	b.host.Address("eth0", wanted.Address)
	got := b.ensure(bridge.Options{Kind: bridge.Host, Outside: "eth0"})
	if got.Made || got.Inside != 0 || got.Index != b.link("eth0").Attrs().Index {
		t.Errorf("host mode gives %+v", got)
	}
	b.run(func() error {
		own, err := got.Own()
		if !slices.Contains(own, wanted.Address.Addr()) {
			t.Errorf("own addresses are %v", own)
		}
		return err
	}, func() error {
		links, err := got.Links()
		if len(links) != 1 || links[0].Side != abri.Outside || !links[0].Carrier {
			t.Errorf("links are %+v", links)
		}
		return err
	}, got.Remove)
}
