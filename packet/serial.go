package packet

import "encoding/binary"

// ppp reads the header of PPP, in its long forms and its short ones (RFC 1661, section 2; RFC 1662, section 3.1).
func (h *Headers) ppp(b []byte) {
	if len(b) >= 2 && (b[0] == 0xff || b[0] == 0x0f || b[0] == 0x8f) && b[1] <= 0x03 { // the last two are Cisco's HDLC
		if b[0] != 0xff {
			h.cisco(b)
			return
		}
		b = b[2:]
	}
	h.network(pppProtocol(b))
}

// pppProtocol reads the protocol of a PPP packet, of two bytes or one, and gives the EtherType with what is behind; 0 for
// what is no IP.
func pppProtocol(b []byte) (etherType uint16, rest []byte) {
	if len(b) < 2 {
		return 0, nil
	}
	protocol, size := uint16(b[0]), 1
	if protocol&1 == 0 { // the last byte alone is odd
		protocol, size = binary.BigEndian.Uint16(b), 2
	}
	switch protocol {
	case 0x0021:
		return etherIPv4, b[size:]
	case 0x0057:
		return etherIPv6, b[size:]
	}
	return 0, nil
}

// cisco reads the header of a serial line of Cisco's: an address, a control byte, an EtherType.
func (h *Headers) cisco(b []byte) {
	if len(b) >= 4 {
		h.network(binary.BigEndian.Uint16(b[2:]), b[4:])
	}
}

// pktap reads LINKTYPE_PKTAP: the length of its header, and what link the frame behind it has, in the byte order of the machine,
// little on all that matter.
func (h *Headers) pktap(b []byte) {
	const least = 12
	if len(b) < least {
		return
	}
	size := binary.LittleEndian.Uint32(b)
	if link, ok := LinkOf(binary.LittleEndian.Uint32(b[8:])); ok && link != PKTAP && size >= least && uint64(size) <= uint64(len(b)) {
		Decode(link, b[size:], h)
	}
}

// nflog reads LINKTYPE_NFLOG: a family, a version, a resource, then fields of a length and a type in the byte order of
// the machine, little on all that matter, each padded to four bytes. The packet is one of them.
func (h *Headers) nflog(b []byte) {
	const head, payload = 4, 9
	if len(b) < head {
		return
	}
	for b = b[head:]; len(b) >= head; {
		size := int(binary.LittleEndian.Uint16(b))
		if size < head || size > len(b) {
			return
		}
		if binary.LittleEndian.Uint16(b[2:]) == payload {
			h.raw(b[head:size])
			return
		}
		b = b[min(len(b), (size+3)&^3):]
	}
}
