package gate

import (
	"encoding/binary"
	"net/netip"
)

// seen is what a packet says of itself, read in plain Go from the same bytes as the kernel: the oracle of kernel/packet.h
// and kernel/plain.h.
type seen struct {
	level        int
	src, dst     netip.Addr
	proto        uint8
	sport, dport uint16
	flags        uint8 // TCP
	icmp         uint8 // type
	at           int   // where the transport header begins
	part         bool  // a first fragment
}

// How far a packet was understood: enum level of kernel/packet.h.
const (
	notIP = iota
	laterFragment
	addressesOnly
	wholePacket
)

func seeFrame(b []byte) seen {
	be := binary.BigEndian
	if len(b) < 14 {
		return seen{}
	}
	frame := len(b)
	ether, b := be.Uint16(b[12:]), b[14:]
	for range 2 {
		if (ether == 0x8100 || ether == 0x88a8 || ether == 0x9100) && len(b) >= 4 {
			ether, b = be.Uint16(b[2:]), b[4:]
		}
	}
	if ether == 0x8864 && len(b) >= 8 && b[0] == 0x11 && b[1] == 0 {
		ether, b = map[uint16]uint16{0x0021: 0x0800, 0x0057: 0x86dd}[be.Uint16(b[6:])], b[8:]
	}
	switch {
	case ether == 0x0800 && len(b) >= 20 && b[0]>>4 == 4 && b[0]&15 >= 5:
		return seeIPv4(b).after(frame - len(b))
	case ether == 0x86dd && len(b) >= 40 && b[0]>>4 == 6:
		return seeIPv6(b).after(frame - len(b))
	}
	return seen{}
}

// after is s of a packet that begins so far into its frame.
func (s seen) after(off int) seen {
	s.at += off
	return s
}

func seeIPv4(b []byte) seen {
	src, _ := netip.AddrFromSlice(b[12:16])
	dst, _ := netip.AddrFromSlice(b[16:20])
	s := seen{level: addressesOnly, src: src, dst: dst, proto: b[9]}
	if binary.BigEndian.Uint16(b[6:])&0x1fff != 0 {
		s.level = laterFragment
		return s
	}
	s.part = b[6]&0x20 != 0
	s.transport(within(b, int(binary.BigEndian.Uint16(b[2:]))), 4*int(b[0]&15))
	return s
}

func seeIPv6(b []byte) seen {
	src, _ := netip.AddrFromSlice(b[8:24])
	dst, _ := netip.AddrFromSlice(b[24:40])
	s := seen{level: addressesOnly, src: src, dst: dst, proto: b[6]}
	off := 40
	for n := 0; ; n++ {
		switch s.proto {
		default:
			s.transport(within(b, 40+int(binary.BigEndian.Uint16(b[4:]))), off)
			return s
		case 0, 43, 44, 51, 60:
		}
		if n == 6 || len(b) < off+4 {
			return s
		}
		at := b[off:]
		switch s.proto {
		case 44:
			off += 8
			s.part = true
			if binary.BigEndian.Uint16(at[2:])&0xfff8 != 0 {
				s.level, s.proto = laterFragment, at[0]
				return s
			}
		case 51:
			off += (int(at[1]) + 2) * 4
		default:
			off += (int(at[1]) + 1) * 8
		}
		s.proto = at[0]
	}
}

// within is what of b is the packet's by the length that its header says, 0 and 40 for all of it.
func within(b []byte, length int) []byte {
	if length == 0 || length == 40 && b[0]>>4 == 6 {
		return b
	}
	return b[:min(length, len(b))]
}

// transport reads what stands at off, if enough of it is there.
func (s *seen) transport(b []byte, off int) {
	at := b[min(off, len(b)):]
	need := map[uint8]int{protoTCP: 14, protoUDP: 4, 132: 4, 136: 4, protoICMP: 1, protoICMPv6: 1}[s.proto]
	if len(at) < need {
		return
	}
	s.level, s.at = wholePacket, off
	switch need {
	case 1:
		s.icmp = at[0]
	case 4, 14:
		s.sport, s.dport = binary.BigEndian.Uint16(at), binary.BigEndian.Uint16(at[2:])
	}
	if s.proto == protoTCP {
		s.flags = at[13]
	}
}
