package bridge_test

import (
	"context"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/vishvananda/netlink"
)

func TestWatchTellsEveryKindOfChange(t *testing.T) {
	b := newBox(t)
	made := b.ensure(wanted)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	news := make(chan struct{}, 1)
	b.do(func() error {
		return made.Watch(ctx, func() {
			select {
			case news <- struct{}{}:
			default:
			}
		})
	})
	for _, row := range []struct {
		name   string
		change func() error
		told   func() bool
	}{
		{"an address", func() error {
			return netlink.AddrAdd(b.mustLink("abri0"), &netlink.Addr{IPNet: netlink.NewIPNet([]byte{192, 168, 10, 3})})
		}, func() bool {
			own, err := made.Own()
			return err == nil && slices.Contains(own, netip.MustParseAddr("192.168.10.3"))
		}},
		{"a cable pulled", func() error { return netlink.LinkSetDown(b.mustLink("eth1")) }, func() bool {
			links, err := made.Links()
			return err == nil && !links[1].Up && links[0].Up
		}},
		{"a route", func() error {
			return netlink.RouteDel(&netlink.Route{Gw: wanted.Gateway.AsSlice()})
		}, func() bool {
			hops, err := made.Gateways()
			return err == nil && len(hops) == 0
		}},
		{"a port taken out of the bridge", func() error { return netlink.LinkSetNoMaster(b.mustLink("eth0")) }, func() bool {
			links, err := made.Links()
			return err == nil && !links[0].Bridged && links[1].Bridged && !links[0].Gone
		}},
		{"a port pulled out", func() error { return netlink.LinkDel(b.mustLink("eth1")) }, func() bool {
			links, err := made.Links()
			return err == nil && links[1].Gone && links[1].Name == "eth1" && !links[0].Gone
		}},
	} {
		b.do(row.change)
		b.awaitNews(news, row.name, row.told)
	}
}

// awaitNews waits until what Watch told makes told true.
func (b box) awaitNews(news <-chan struct{}, name string, told func() bool) {
	b.Helper()
	late := time.After(10 * time.Second)
	for {
		select {
		case <-news:
		case <-late:
			b.Fatalf("%s was not told", name)
		}
		seen := false
		b.do(func() error { seen = told(); return nil })
		if seen {
			return
		}
	}
}
