package faults

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/vishvananda/netlink"

	"abri.example/abri/box/control"
	"abri.example/abri/box/order"
	"abri.example/abri/testnet"
)

const (
	toAll  = "ffffffffffff 020000000001 "
	host4  = "4500 LLLL 0001 0000 4011 0000 " // an IPv4 header up to its addresses; UDP; length and sum are filled in
	link6  = "6000 0000 LLLL 3aff fe80000000000000 0000000000000001 "
	router = "ff020000000000000000000000000001 "
)

// cableFrames are the kinds that a town hall's line carries besides ordinary packets, and that a bridge keeps, changes or loses
// when it is not told otherwise.
var cableFrames = []struct{ name, frame string }{
	{"EAPOL start (802.1X)", "0180c2000003 020000000001 888e 01010000"},
	{"EAPOL key to one device", "020000000002 020000000001 888e 02030005 0102030405"},
	{"LLDP, a telephone asking for its voice VLAN", "0180c200000e 020000000001 88cc 0207040200000000010404050102060200780000"},
	{"ARP request", toAll + "0806 0001 0800 0604 0001 020000000001 c0a80a63 000000000000 c0a80a62"},
	{"ARP answer", "020000000002 020000000001 0806 0001 0800 0604 0002 020000000001 c0a80a63 020000000002 c0a80a62"},
	{"DHCP discover", toAll + "0800 " + host4 + "00000000 ffffffff 0044 0043 LLLL 0000 0101 0600 11223344" + strings.Repeat("00", 28) + "020000000001"},
	{"DHCP offer", toAll + "0800 " + host4 + "c0a80a01 ffffffff 0043 0044 LLLL 0000 0201 0600 11223344" + strings.Repeat("00", 28) + "020000000001"},
	{"neighbour solicitation", "3333ff000002 020000000001 86dd " + link6 + "ff0200000000000000000001ff000002 8700 0000 00000000 fe800000000000000000000000000002 0101 020000000001"},
	{"router solicitation", "333300000002 020000000001 86dd " + link6 + "ff020000000000000000000000000002 8500 0000 00000000 0101 020000000001"},
	{"router advertisement", "333300000001 020000000001 86dd " + link6 + router + "8600 0000 40c0 0708 00000000 00000000 0101 020000000001"},
	{"multicast nobody joined", "01005e010203 020000000001 88b5 c0ffee"},
	{"mDNS", "01005e0000fb 020000000001 0800 " + host4 + "c0a80a63 e00000fb 14e9 14e9 LLLL 0000 0000 0000 0001 0000 0000 0000"},
	{"IGMP report", "01005e010203 020000000001 0800 4500 LLLL 0001 0000 0102 0000 c0a80a63 e1010203 1600 0000 e1010203"},
	{"VLAN 42, priority 5", toAll + "8100 a02a 88b5 c0ffee"},
	{"IPv4 in a VLAN", "020000000002 020000000001 8100 0064 0800 " + host4 + "c0a80a63 c0a80a62 1000 1001 LLLL 0000 6162"},
	{"priority without a VLAN", "020000000002 020000000001 8100 e000 88b5 c0ffee"},
	{"QinQ 7 in 300", toAll + "88a8 012c 8100 0007 88b5 c0ffee"},
	{"PPPoE discovery", toAll + "8863 1109 0000 0004 0101 0000"},
	{"PPPoE session", "020000000002 020000000001 8864 1100 0007 0006 c021 0101 0004"},
	{"PTP over Ethernet", "011b19000000 020000000001 88f7 0002 002c" + strings.Repeat("00", 40)},
	{"PTP peer delay, which no bridge of 802.1Q forwards", "0180c200000e 020000000001 88f7 0202 0036" + strings.Repeat("00", 50)},
	{"PTP over UDP", "01005e000181 020000000001 0800 " + host4 + "c0a80a63 e0000181 013f 013f LLLL 0000 0002 002c" + strings.Repeat("00", 40)},
	{"jumbo", "020000000002 020000000001 0800 " + host4 + "c0a80a63 c0a80a62 1000 1001 LLLL 0000" + strings.Repeat("5a", 8972)},
	{"jumbo in two tags", "020000000002 020000000001 88a8 012c 8100 0007 0800 " + host4 + "c0a80a63 c0a80a62 1000 1001 LLLL 0000" + strings.Repeat("5a", 8964)},
}

// The box is a cable for them: each crosses unchanged, in both directions, in the mode that protects, with XDP in the
// driver, with the redirect, and behind the stack.
func TestTheBoxIsACable(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*testnet.Scene, *testnet.BoxFile)
	}{
		{"native", nil}, {"redirect", redirecting}, {"generic", func(_ *testnet.Scene, f *testnet.BoxFile) { f.Generic = true }},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := quietTown(t, c.change)
			outside, inside := h.Ends()
			for _, port := range []testnet.End{outside, inside, {Host: h.Box, Port: testnet.OutsidePort}, {Host: h.Box, Port: testnet.InsidePort}} {
				h.must(port.Do(func() error {
					link, err := netlink.LinkByName(port.Port)
					return errors.Join(err, netlink.LinkSetMTU(link, 9000))
				}))
			}
			h.start()
			for _, row := range cableFrames {
				h.carries(row.name+", inward", outside, inside, whole(t, row.frame))
				h.carries(row.name+", outward", inside, outside, whole(t, row.frame))
			}
		})
	}
}

// carries sends a frame into one cable of the box and waits for it at the end of the other.
func (h town) carries(name string, from, to testnet.End, sent []byte) {
	h.Helper()
	tap, err := to.Tap(to.Port)
	h.must(err)
	defer tap.Close()
	ctx, cancel := context.WithTimeout(h.Context(), honestLimit)
	defer cancel()
	h.must(from.Inject(ctx, from.Port, [][]byte{sent}, 0))
	for {
		got, err := tap.Receive(ctx)
		switch {
		case err != nil:
			h.Errorf("%s: it does not cross: %v", name, err)
			return
		case bytes.Equal(got, sent):
			return
		case len(got) > 12 && bytes.Equal(got[6:12], sent[6:12]):
			h.Errorf("%s: it crosses changed:\n got %x\nwant %x", name, got, sent)
			return
		}
	}
}

// whole reads a frame in hexadecimal. LLLL is the length from its header's beginning (of IPv6: of what follows), which
// is filled in, as the IPv4 header's sum is; a short frame is padded to 60 bytes.
func whole(t *testing.T, text string) []byte {
	t.Helper()
	text = strings.ReplaceAll(text, " ", "")
	raw, err := hex.DecodeString(strings.ReplaceAll(text, "LLLL", "0000"))
	if err != nil {
		t.Fatal(err)
	}
	at := 12
	for slices.Contains([]uint16{0x8100, 0x88a8}, binary.BigEndian.Uint16(raw[at:])) {
		at += 4
	}
	switch body := raw[at+2:]; binary.BigEndian.Uint16(raw[at:]) {
	case 0x0800:
		binary.BigEndian.PutUint16(body[2:], uint16(len(body)))
		if body[9] == 17 {
			binary.BigEndian.PutUint16(body[24:], uint16(len(body)-20))
		}
		sum := uint32(0)
		for i := 0; i < 20; i += 2 {
			sum += uint32(binary.BigEndian.Uint16(body[i:]))
		}
		sum = sum>>16 + sum&0xffff
		binary.BigEndian.PutUint16(body[10:], ^uint16(sum+sum>>16))
	case 0x86dd:
		binary.BigEndian.PutUint16(body[4:], uint16(len(body)-40))
	}
	return append(raw, make([]byte, max(0, 60-len(raw)))...)
}

// LACP can't cross a bridge, and whoever tries is told on status and page.
func TestBondedLinksAreTold(t *testing.T) {
	h := townHall(t, nil)
	outside, _ := h.Ends()
	pdu := whole(t, "0180c2000002 020000000001 8809 0101 0114 8000")
	h.must(outside.Inject(t.Context(), outside.Port, [][]byte{pdu}, 0))
	h.status("LACP behind a port is not told", func(st control.Status) bool {
		return slices.ContainsFunc(st.Kernel.Ports, func(p order.Port) bool { return p.Bonded && p.Side == "outside" })
	})
	h.says("plusieurs câbles en un seul")
	h.logged("let its bond end at the box")
}
