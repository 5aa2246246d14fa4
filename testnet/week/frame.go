package main

import (
	"encoding/binary"
	"net/netip"

	"abri.example/abri/packet"
)

// shown is how many bytes of a packet's data a frame holds; the rest is only said to be there, as in a capture that was
// cut.
const shown = 1400

// word is one packet: who says what to whom. Size is that of its data, where more is sent than data holds.
type word struct {
	from, to netip.AddrPort
	proto    byte
	flags    packet.TCPFlags
	seq, ack uint32
	icmp     byte // the type of a message of ICMP
	data     []byte
	size     int
	card     byte // of who sends it
}

// length is that of the data on the wire.
func (w *word) length() int { return max(w.size, len(w.data)) }

// frame writes the packet behind b. Checksums are left out: nobody in the box looks at them.
func (w *word) frame(b []byte) []byte {
	b = append(b, 2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, w.card)
	head := map[byte]int{packet.TCP: 20, packet.UDP: 8, packet.ICMP: 8, packet.ICMPv6: 8}[w.proto]
	size := head + w.length()
	if w.from.Addr().Is4() {
		b = append(b, 8, 0, 0x45, 0)
		b = binary.BigEndian.AppendUint16(b, uint16(20+size))
		b = append(b, 0, 0, 0x40, 0, 64, w.proto, 0, 0)
	} else {
		b = append(b, 0x86, 0xdd, 0x60, 0, 0, 0)
		b = binary.BigEndian.AppendUint16(b, uint16(size))
		b = append(b, w.proto, 64)
	}
	b = append(append(b, w.from.Addr().AsSlice()...), w.to.Addr().AsSlice()...)
	return append(w.transport(b, size), w.data[:min(len(w.data), shown)]...)
}

func (w *word) transport(b []byte, size int) []byte {
	if w.proto == packet.ICMP || w.proto == packet.ICMPv6 {
		return append(b, w.icmp, 0, 0, 0, 0, 1, 0, 1)
	}
	b = binary.BigEndian.AppendUint16(b, w.from.Port())
	b = binary.BigEndian.AppendUint16(b, w.to.Port())
	if w.proto == packet.UDP {
		return append(binary.BigEndian.AppendUint16(b, uint16(size)), 0, 0)
	}
	b = binary.BigEndian.AppendUint32(b, w.seq)
	b = binary.BigEndian.AppendUint32(b, w.ack)
	return append(b, 5<<4, byte(w.flags), 0xfa, 0xf0, 0, 0, 0, 0)
}
