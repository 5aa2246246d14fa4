package packet

import (
	"encoding/binary"
	"fmt"
)

// Link is the kind of header that a frame begins with.
type Link uint8

// The links. The zero Link is none of them, and nothing is known behind it.
const (
	Ethernet  Link = iota + 1
	LinuxSLL       // Linux cooked capture, version 1
	LinuxSLL2      // Linux cooked capture, version 2
	RawIP          // no link header: IPv4 or IPv6 by its first four bits
	Null           // BSD loopback: the address family in the byte order of the machine that captured
	Loop           // OpenBSD loopback: the address family in network byte order
	PPP            // a point-to-point line, its address and control fields or not
	CiscoHDLC      // a serial line of Cisco's
	NFLOG          // the log of Linux's netfilter
	WiFi           // IEEE 802.11
	Radiotap       // likewise, behind what the receiver says of it
	PPI            // likewise, by another header
	PKTAP          // of macOS: what it says of the interface, then a frame of that one's link
)

// LinkOf names the link of a capture file by its number in the LINKTYPE registry
// (https://www.tcpdump.org/linktypes.html), and false for one that packet cannot read. 12 and 14 are the numbers that
// systems gave to raw IP before the registry's 101.
func LinkOf(dlt uint32) (Link, bool) {
	switch dlt {
	case 0:
		return Null, true
	case 1:
		return Ethernet, true
	case 9, 50:
		return PPP, true
	case 12, 14, 101, 228, 229:
		return RawIP, true
	case 104:
		return CiscoHDLC, true
	case 105:
		return WiFi, true
	case 108:
		return Loop, true
	case 113:
		return LinuxSLL, true
	case 127:
		return Radiotap, true
	case 192:
		return PPI, true
	case 239:
		return NFLOG, true
	case 258:
		return PKTAP, true
	case 276:
		return LinuxSLL2, true
	}
	return 0, false
}

// String is the registry's name in lower case.
func (l Link) String() string {
	switch l {
	case Ethernet:
		return "ethernet"
	case LinuxSLL:
		return "linux-sll"
	case LinuxSLL2:
		return "linux-sll2"
	case RawIP:
		return "raw"
	case Null:
		return "null"
	case Loop:
		return "loop"
	case PPP:
		return "ppp"
	case CiscoHDLC:
		return "cisco-hdlc"
	case NFLOG:
		return "nflog"
	case WiFi:
		return "wifi"
	case Radiotap:
		return "radiotap"
	case PPI:
		return "ppi"
	case PKTAP:
		return "pktap"
	}
	return fmt.Sprintf("link-%d", uint8(l))
}

// ethernet reads an IEEE 802.3 header. A type below 0x0600 is a length (802.2, spanning tree): no EtherType but by SNAP.
func (h *Headers) ethernet(b []byte) {
	if len(b) < 14 {
		return
	}
	copy(h.DstMAC[:], b)
	copy(h.SrcMAC[:], b[6:])
	etherType, b := binary.BigEndian.Uint16(b[12:]), b[14:]
	if etherType < etherLowest {
		etherType, b = behindSNAP(b)
	}
	h.tagged(etherType, b)
}

// behindSNAP gives the EtherType that LLC and SNAP name, and what is behind (RFC 1042); 0 where they name none.
func behindSNAP(b []byte) (etherType uint16, rest []byte) {
	if len(b) < 8 || string(b[:6]) != "\xaa\xaa\x03\x00\x00\x00" {
		return 0, nil
	}
	return binary.BigEndian.Uint16(b[6:]), b[8:]
}

// cooked reads LINKTYPE_LINUX_SLL: packet type, device type, address length, address, protocol.
func (h *Headers) cooked(b []byte) {
	if len(b) < 16 {
		return
	}
	if binary.BigEndian.Uint16(b[4:]) == 6 {
		copy(h.SrcMAC[:], b[6:])
	}
	h.tagged(binary.BigEndian.Uint16(b[14:]), b[16:])
}

// cooked2 reads LINKTYPE_LINUX_SLL2: protocol, reserved, interface, device type, packet type, address length, address.
func (h *Headers) cooked2(b []byte) {
	if len(b) < 20 {
		return
	}
	if b[11] == 6 {
		copy(h.SrcMAC[:], b[12:])
	}
	h.tagged(binary.BigEndian.Uint16(b), b[20:])
}

// raw reads a packet without a link header.
func (h *Headers) raw(b []byte) {
	if len(b) == 0 {
		return
	}
	switch b[0] >> 4 {
	case 4:
		h.network(etherIPv4, b)
	case 6:
		h.network(etherIPv6, b)
	}
}

// loopback reads LINKTYPE_NULL and LINKTYPE_LOOP. A family is a small number, so its byte order shows by itself.
func (h *Headers) loopback(b []byte) {
	if len(b) < 4 {
		return
	}
	family := binary.BigEndian.Uint32(b)
	if family > 0xffff {
		family = binary.LittleEndian.Uint32(b)
	}
	switch family {
	case 2:
		h.network(etherIPv4, b[4:])
	case 10, 24, 28, 30: // AF_INET6 of Linux, of NetBSD and OpenBSD, of FreeBSD, of Darwin
		h.network(etherIPv6, b[4:])
	}
}
