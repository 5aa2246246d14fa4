package inject

import (
	"encoding/binary"
	"net/netip"

	"abri.example/abri"
)

// Packet is one segment of TCP or one datagram of UDP to be composed.
type Packet struct {
	Head     []byte // Ethernet, up to two VLAN tags, and a PPPoE session header with its PPP protocol where there is one
	Src, Dst netip.AddrPort
	Proto    uint8 // 6 or 17
	Flags    uint8 // of TCP
	Seq, Ack uint32
	Data     []byte
}

const (
	protoTCP = 6
	protoUDP = 17

	ethernet   = 14
	ethernetIP = 0x0800
	ethernet6  = 0x86dd
	ethernetPP = 0x8864
	pointIP    = 0x0021 // PPP's numbers (RFC 1332, RFC 5072)
	point6     = 0x0057

	life   = 64    // TTL, hop limit
	window = 65535 // nobody who is answered here is to send more, but a window of zero looks like a fault
)

// Append writes the frame behind buf, with all its lengths and checksums (RFC 791, RFC 8200, RFC 768, RFC 9293).
// CodeInvalid for a head that leads to no packet of the addresses' family, or a protocol that is neither.
func (p *Packet) Append(buf []byte) ([]byte, error) {
	src, dst := p.Src.Addr(), p.Dst.Addr()
	if src.Is4() != dst.Is4() || !src.IsValid() || p.Proto != protoTCP && p.Proto != protoUDP {
		return buf, &abri.Error{Code: abri.CodeInvalid, Place: "inject", What: "neither TCP nor UDP between two addresses of one family"}
	}
	size := p.transportBytes() + len(p.Data)
	head, err := p.head(buf, size)
	if err != nil {
		return buf, err
	}
	b := head
	if src.Is4() {
		b = p.network4(b, size)
	} else {
		b = p.network6(b, size)
	}
	at := len(b)
	b = append(p.transport(b), p.Data...)
	p.seal(b[at:])
	return b, nil
}

func (p *Packet) transportBytes() int {
	if p.Proto == protoTCP {
		return 20
	}
	return 8
}

// head writes the link's head; PPPoE says how long what follows is.
func (p *Packet) head(b []byte, transport int) ([]byte, error) {
	wanted, point, network := uint16(ethernetIP), uint16(pointIP), 20
	if p.Src.Addr().Is6() {
		wanted, point, network = ethernet6, point6, 40
	}
	bad := &abri.Error{Code: abri.CodeInvalid, Place: "inject", What: "the head leads to no packet of this family"}
	if len(p.Head) < ethernet {
		return nil, bad
	}
	at, be := ethernet-2, binary.BigEndian
	for tags := 0; tags < 2 && isTag(be.Uint16(p.Head[at:])) && len(p.Head) >= at+6; tags++ {
		at += 4
	}
	kind, rest := be.Uint16(p.Head[at:]), p.Head[at+2:]
	from := len(b)
	b = append(b, p.Head...)
	switch {
	case kind == wanted && len(rest) == 0:
		return b, nil
	case kind == ethernetPP && len(rest) == 8 && rest[0] == 0x11 && rest[1] == 0 && be.Uint16(rest[6:]) == point:
		be.PutUint16(b[from+at+2+4:], uint16(2+network+transport))
		return b, nil
	}
	return nil, bad
}

func isTag(kind uint16) bool { return kind == 0x8100 || kind == 0x88a8 || kind == 0x9100 }

func (p *Packet) network4(b []byte, transport int) []byte {
	at, be := len(b), binary.BigEndian
	b = append(b, 0x45, 0)
	b = be.AppendUint16(b, uint16(20+transport))
	b = append(b, 0, 0, 0x40, 0, life, p.Proto, 0, 0) // no number: it may not be cut (RFC 6864)
	b = append(append(b, p.Src.Addr().AsSlice()...), p.Dst.Addr().AsSlice()...)
	be.PutUint16(b[at+10:], ^fold(sum(0, b[at:])))
	return b
}

func (p *Packet) network6(b []byte, transport int) []byte {
	b = append(b, 0x60, 0, 0, 0)
	b = binary.BigEndian.AppendUint16(b, uint16(transport))
	b = append(b, p.Proto, life)
	return append(append(b, p.Src.Addr().AsSlice()...), p.Dst.Addr().AsSlice()...)
}

func (p *Packet) transport(b []byte) []byte {
	be := binary.BigEndian
	b = be.AppendUint16(be.AppendUint16(b, p.Src.Port()), p.Dst.Port())
	if p.Proto == protoUDP {
		return append(be.AppendUint16(b, uint16(8+len(p.Data))), 0, 0)
	}
	b = be.AppendUint32(be.AppendUint32(b, p.Seq), p.Ack)
	b = append(b, 5<<4, p.Flags)
	return append(be.AppendUint16(b, window), 0, 0, 0, 0)
}

// seal writes the checksum of TCP or UDP, which covers the addresses too.
func (p *Packet) seal(b []byte) {
	s := sum(0, p.Src.Addr().AsSlice())
	s = sum(s, p.Dst.Addr().AsSlice())
	s = sum(s+uint32(p.Proto)+uint32(len(b)), b)
	at, check := 16, ^fold(s)
	if p.Proto == protoUDP {
		at = 6
		if check == 0 { // which would mean that there is none
			check = 0xffff
		}
	}
	binary.BigEndian.PutUint16(b[at:], check)
}

// sum adds the words of b (RFC 1071).
func sum(s uint32, b []byte) uint32 {
	for ; len(b) > 1; b = b[2:] {
		s += uint32(binary.BigEndian.Uint16(b))
	}
	if len(b) == 1 {
		s += uint32(b[0]) << 8
	}
	return s
}

func fold(s uint32) uint16 {
	for s > 0xffff {
		s = s>>16 + s&0xffff
	}
	return uint16(s)
}
