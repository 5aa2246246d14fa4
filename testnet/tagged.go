package testnet

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"slices"

	"github.com/vishvananda/netlink"
)

// Tagged gives the host a port of another network on the same cable: behind one VLAN tag (IEEE 802.1Q), or behind two, the
// outer one of IEEE 802.1ad. It is up, and has the name that is returned. The tags are put in and taken off here, because not
// every kernel does it; a frame has them on the wire, as between switches.
func (h *Host) Tagged(port string, ids ...int) string {
	var tags []byte
	for i, id := range ids {
		kind := uint16(0x8100)
		if len(ids) == 2 && i == 0 {
			kind = 0x88a8
		}
		tags = binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(tags, kind), uint16(id))
	}
	name := fmt.Sprintf("%s.%d", port, ids[len(ids)-1])
	attrs := netlink.NewLinkAttrs()
	attrs.Name = name
	inner := &netlink.Tuntap{LinkAttrs: attrs, Mode: netlink.TUNTAP_MODE_TAP, Flags: netlink.TUNTAP_NO_PI, Queues: 1, NonPersist: true}
	h.net.must(h.Do(func() error {
		if err := netlink.LinkAdd(inner); err != nil {
			return err
		}
		return errors.Join(netlink.LinkSetMTU(inner, 1500-len(tags)), netlink.LinkSetUp(inner)) // the cable takes no more
	}), "tagging %s of %s with %v", port, h.Name, ids)
	h.net.t.Cleanup(func() { inner.Fds[0].Close() })
	wire, err := h.Tap(port)
	h.net.must(err, "tapping %s of %s", port, h.Name)
	go tag(inner.Fds[0], wire, tags)
	go untag(wire, inner.Fds[0], tags)
	return name
}

// tag sends what the host says by the inner port, until that is closed.
func tag(inner *os.File, wire *Tap, tags []byte) {
	frame := make([]byte, maxFrame)
	for {
		n, err := inner.Read(frame)
		if err != nil {
			return
		}
		if n >= 14 {
			_ = wire.Send(slices.Insert(slices.Clone(frame[:n]), 12, tags...)) // what is lost on a wire is sent again
		}
	}
}

// untag gives the inner port the frames with its tags, until the wire is closed.
func untag(wire *Tap, inner *os.File, tags []byte) {
	for {
		frame, err := wire.Receive(context.Background())
		if err != nil {
			return
		}
		if behind := 12 + len(tags); len(frame) > behind+2 && slices.Equal(frame[12:behind], tags) && !tagged(frame[behind:]) {
			_, _ = inner.Write(slices.Delete(frame, 12, behind))
		}
	}
}

// tagged reports whether b begins with one more tag.
func tagged(b []byte) bool { return b[0] == 0x81 && b[1] == 0 }

// Behind gives the workstation and the router a further network across the box, behind the tags given. Each has a number
// of its own, of those between 11 and 99.
func (s *Scene) Behind(network int, ids ...int) (desk, router Peer) {
	peer := func(of *Host, port, name string, host int) Peer {
		p := Peer{
			Name: name, Host: of,
			V4: netip.AddrFrom4([4]byte{192, 168, byte(network), byte(host)}),
			V6: netip.MustParseAddr(fmt.Sprintf("2001:db8:%d::%d", network, host)),
		}
		of.Address(of.Tagged(port, ids...), netip.PrefixFrom(p.V4, 24), netip.PrefixFrom(p.V6, 64))
		return p
	}
	return peer(s.Desk.Host, "eth0", "desk", 20), peer(s.router, "lan", "router", 1)
}
