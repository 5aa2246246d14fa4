package gate

import (
	"encoding/binary"
	"net/netip"
)

// frame describes a packet; bytes writes it out. The zero values of tags, extensions and fragment are those of a plain
// packet.
type frame struct {
	src, dst     string
	proto        uint8
	sport, dport uint16
	flags        uint8 // TCP
	icmp         uint8 // type
	payload      int   // bytes
	body         []byte

	tags       []uint16 // ethertypes of VLAN tags
	pppoe      bool
	options    int     // words of IPv4 options
	extensions []uint8 // IPv6 extension headers
	offset     uint16  // fragment offset, in 8 bytes; 0 with more set is a first fragment
	more       bool
	cut        int // bytes kept of the transport header and payload; 0: all
}

const (
	protoICMP   = 1
	protoUDP    = 17
	protoGRE    = 47
	protoICMPv6 = 58
	syn         = 0x02
	ack         = 0x10
)

func (f frame) is6() bool { return netip.MustParseAddr(f.src).Is6() }

func (f frame) bytes() []byte {
	be := binary.BigEndian
	b := []byte{2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1}
	for i, tag := range f.tags {
		b = be.AppendUint16(b, tag)
		b = be.AppendUint16(b, uint16(100+i))
	}
	body := f.network()
	switch {
	case f.pppoe:
		b = append(b, 0x88, 0x64, 0x11, 0x00, 0, 7)
		b = be.AppendUint16(b, uint16(len(body)+2))
		b = be.AppendUint16(b, pick16(f.is6(), 0x0057, 0x0021))
	default:
		b = be.AppendUint16(b, pick16(f.is6(), 0x86dd, 0x0800))
	}
	return append(b, body...)
}

func addrPort(addr string, port uint16) netip.AddrPort {
	return netip.AddrPortFrom(netip.MustParseAddr(addr), port)
}

func pick16(first bool, a, b uint16) uint16 {
	if first {
		return a
	}
	return b
}

func (f frame) network() []byte {
	be := binary.BigEndian
	src, dst := netip.MustParseAddr(f.src), netip.MustParseAddr(f.dst)
	body := f.transport()
	if !f.is6() {
		b := []byte{0x45 + byte(f.options), 0}
		b = be.AppendUint16(b, uint16(20+4*f.options+len(body)))
		b = append(b, 0, 1)
		b = be.AppendUint16(b, f.offset|pick16(f.more, 0x2000, 0))
		b = append(b, 64, f.proto, 0, 0)
		b = append(append(b, src.AsSlice()...), dst.AsSlice()...)
		for range f.options {
			b = append(b, 1, 1, 1, 0)
		}
		be.PutUint16(b[10:], checksum(b)) // br_netfilter drops what has a wrong one
		return append(b, body...)
	}
	next, chain := f.chain()
	b := []byte{0x60, 0, 0, 0}
	b = be.AppendUint16(b, uint16(len(chain)+len(body)))
	b = append(b, next, 64)
	b = append(append(b, src.AsSlice()...), dst.AsSlice()...)
	return append(append(b, chain...), body...)
}

// chain writes the extension headers, and a fragment header when the frame is a fragment.
func (f frame) chain() (first uint8, b []byte) {
	headers := append([]uint8(nil), f.extensions...)
	if f.offset != 0 || f.more {
		headers = append(headers, 44)
	}
	types := append(headers, f.proto)
	for i, h := range headers {
		next := types[i+1]
		switch h {
		case 44:
			b = append(b, next, 0)
			b = binary.BigEndian.AppendUint16(b, f.offset<<3|pick16(f.more, 1, 0))
			b = append(b, 0, 0, 0, 1)
		case 51:
			b = append(b, next, 4, 0, 0)
			b = append(b, make([]byte, 20)...)
		default:
			b = append(b, next, 1)
			b = append(b, make([]byte, 14)...)
		}
	}
	return types[0], b
}

func (f frame) transport() []byte {
	be := binary.BigEndian
	var b []byte
	switch f.proto {
	case protoTCP:
		b = be.AppendUint16(be.AppendUint16(b, f.sport), f.dport)
		b = append(b, 0, 0, 0, 1, 0, 0, 0, 0, 0x50, f.flags, 0xff, 0xff, 0, 0, 0, 0)
	case protoUDP:
		b = be.AppendUint16(be.AppendUint16(b, f.sport), f.dport)
		b = append(be.AppendUint16(b, uint16(8+f.payload+len(f.body))), 0, 0)
	case protoICMP, protoICMPv6:
		b = append(b, f.icmp, 0, 0, 0, 0, 0, 0, 0)
	}
	b = append(append(b, make([]byte, f.payload)...), f.body...)
	if f.cut > 0 {
		b = b[:min(f.cut, len(b))]
	}
	return b
}

// checksum is that of an IPv4 header (RFC 791).
func checksum(b []byte) uint16 {
	var sum uint32
	for i := 0; i < len(b); i += 2 {
		sum += uint32(binary.BigEndian.Uint16(b[i:]))
	}
	sum = sum>>16 + sum&0xffff
	return ^uint16(sum>>16 + sum)
}
