package device

import (
	"encoding/binary"
	"net/netip"
	"time"

	"abri.example/abri"
	"abri.example/abri/packet"
)

const etherARP = 0x0806

// arp takes an RFC 826 packet of Ethernet and IPv4: its sender says which card has which address.
func (b *Book) arp(at time.Time, side abri.Side, p []byte) {
	if len(p) < 28 || binary.BigEndian.Uint64(p)>>16 != 0x0001_0800_0604 {
		return
	}
	b.bind(at, side, MAC(p[8:14]), netip.AddrFrom4([4]byte(p[14:18])))
}

// The messages of neighbour discovery and their options (RFC 4861).
const (
	routerSolicitation    = 133
	routerAdvertisement   = 134
	neighbourSolicitation = 135
	neighbourAnswer       = 136
	sourceLinkOption      = 1
	targetLinkOption      = 2
)

// neighbour takes a message of neighbour discovery. With a hop limit of 255 it comes from this link (RFC 4861, 3.1).
func (b *Book) neighbour(at time.Time, side abri.Side, h *packet.Headers) {
	if h.TTL != 255 || h.ICMPType < routerSolicitation || h.ICMPType > neighbourAnswer {
		return
	}
	skip, a, wanted := 0, h.Src, byte(sourceLinkOption)
	switch h.ICMPType {
	case routerAdvertisement:
		skip = 8
	case neighbourSolicitation:
		skip = 16
	case neighbourAnswer:
		skip, wanted = 16, targetLinkOption
		if len(h.Payload) < 16 {
			return
		}
		a = netip.AddrFrom16([16]byte(h.Payload))
	}
	if mac, ok := linkOption(h.Payload[min(skip, len(h.Payload)):], wanted); ok {
		b.bind(at, side, mac, a)
	}
}

// linkOption finds the hardware address among the options of neighbour discovery, whose lengths are in words of eight
// bytes.
func linkOption(p []byte, wanted byte) (MAC, bool) {
	for len(p) >= 8 && p[1] != 0 {
		if p[0] == wanted && p[1] == 1 {
			return MAC(p[2:8]), true
		}
		p = p[min(int(p[1])*8, len(p)):]
	}
	return MAC{}, false
}
