package packet

import "encoding/binary"

// transport reads the header of h.Proto at the start of b; length is how long b should be by the headers so far. A
// later fragment begins with data, not with a header.
func (h *Headers) transport(b []byte, length int) {
	h.Payload, h.DataLength = b, length
	if h.Fragment {
		return
	}
	switch h.Proto {
	case TCP:
		h.tcp(b)
	case UDP:
		h.udp(b)
	case ICMP, ICMPv6:
		h.icmp(b)
	}
}

// tcp reads an RFC 9293 header, as much of it as is there. A data offset below five words is a lie: all is header.
func (h *Headers) tcp(b []byte) {
	h.ports(b)
	if len(b) >= 8 {
		h.Seq = binary.BigEndian.Uint32(b[4:])
	}
	if len(b) < 16 {
		h.data(len(b), 20)
		return
	}
	h.Ack = binary.BigEndian.Uint32(b[8:])
	h.Flags = TCPFlags(b[13])
	h.Window = binary.BigEndian.Uint16(b[14:])
	header := int(b[12]>>4) * 4
	if header < 20 {
		header = len(b)
	}
	h.data(header, header)
}

// udp reads an RFC 768 header. Its own length rules where it is shorter than the packet; 0 is a segment not yet cut.
func (h *Headers) udp(b []byte) {
	h.ports(b)
	if len(b) < 8 {
		h.data(len(b), 8)
		return
	}
	h.data(8, 8)
	if length := int(binary.BigEndian.Uint16(b[4:])); length >= 8 && length-8 < h.DataLength {
		h.DataLength = length - 8
		h.Payload = h.Payload[:min(h.DataLength, len(h.Payload))]
	}
}

// icmp reads RFC 792 and RFC 4443: type, code, checksum and the four bytes whose meaning hangs on the type.
func (h *Headers) icmp(b []byte) {
	if len(b) >= 2 {
		h.ICMPType, h.ICMPCode = b[0], b[1]
	}
	h.data(8, 8)
}

func (h *Headers) ports(b []byte) {
	if len(b) >= 4 {
		h.SrcPort, h.DstPort = binary.BigEndian.Uint16(b), binary.BigEndian.Uint16(b[2:])
	}
}

// data leaves behind a header: of `present` bytes in Payload, of `whole` bytes by the headers.
func (h *Headers) data(present, whole int) {
	h.Payload = h.Payload[min(present, len(h.Payload)):]
	h.DataLength = max(h.DataLength-whole, 0)
	if h.MoreFragments {
		h.FragmentAt += whole
	}
}
