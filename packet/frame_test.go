package packet

import (
	"encoding/binary"
	"net/netip"
)

// A frame is built from the inside out: each function puts its header before the data and gives the whole.

func join(parts ...[]byte) []byte {
	var b []byte
	for _, p := range parts {
		b = append(b, p...)
	}
	return b
}

func u16(n int) []byte { return binary.BigEndian.AppendUint16(nil, uint16(n)) }
func u32(n int) []byte { return binary.BigEndian.AppendUint32(nil, uint32(n)) }

func ethernetFrame(etherType int, data []byte) []byte {
	return join([]byte{2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2}, u16(etherType), data)
}

func vlanTag(id, etherType int, data []byte) []byte {
	return join(u16(id|0x6000), u16(etherType), data)
}

func pppoe(protocol int, data []byte) []byte {
	return join([]byte{0x11, 0}, u16(7), u16(len(data)+2), u16(protocol), data)
}

func cookedFrame(etherType int, data []byte) []byte {
	return join(u16(0), u16(1), u16(6), []byte{2, 0, 0, 0, 0, 2, 0, 0}, u16(etherType), data)
}

func cooked2Frame(etherType int, data []byte) []byte {
	return join(u16(etherType), u16(0), u32(3), u16(1), []byte{0, 6, 2, 0, 0, 0, 0, 2, 0, 0}, data)
}

const (
	clientV4, serverV4 = "198.51.100.7", "192.168.1.10"
	clientV6, serverV6 = "2001:db8::7", "fd00::10"
)

// ipv4Packet is a packet whose fragment field is given (0x2000 more, and the offset in eights); the identification is 77.
func ipv4Packet(proto, fragment int, options, data []byte) []byte {
	src, dst := netip.MustParseAddr(clientV4).As4(), netip.MustParseAddr(serverV4).As4()
	header := 20 + len(options)
	return join([]byte{byte(0x40 | header/4), 0}, u16(header+len(data)), u16(77), u16(fragment),
		[]byte{64, byte(proto), 0, 0}, src[:], dst[:], options, data)
}

func ipv6Packet(next int, data []byte) []byte {
	src, dst := netip.MustParseAddr(clientV6).As16(), netip.MustParseAddr(serverV6).As16()
	return join(u32(0x60000000), u16(len(data)), []byte{byte(next), 57}, src[:], dst[:], data)
}

// extensionHeader is a hop-by-hop, routing or destination header of eight bytes.
func extensionHeader(next int, data []byte) []byte {
	return join([]byte{byte(next), 0, 1, 4, 0, 0, 0, 0}, data)
}

func fragmentHeader(next, offset, more int, data []byte) []byte {
	return join([]byte{byte(next), 0}, u16(offset<<3|more), u32(0xabcdef01), data)
}

func tcpSegment(flags TCPFlags, options, data []byte) []byte {
	return join(u16(40_000), u16(443), u32(1000), u32(2000), []byte{byte((20 + len(options)) / 4 << 4), byte(flags)},
		u16(512), u32(0), options, data)
}

func udpDatagram(data []byte) []byte {
	return join(u16(5353), u16(53), u16(8+len(data)), u16(0), data)
}

func icmpMessage(kind, code int, data []byte) []byte {
	return join([]byte{byte(kind), byte(code)}, u16(0), u32(1), data)
}
