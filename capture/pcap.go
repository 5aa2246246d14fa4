package capture

import (
	"encoding/binary"
	"fmt"
	"time"

	"abri.example/abri"
	"abri.example/abri/packet"
)

// pcap reads the classic format (draft-ietf-opsawg-pcap): a head of 24 bytes, then records of a 16-byte head and data.
type pcap struct {
	order   binary.ByteOrder
	unit    int64 // nanoseconds of one unit of a record's fraction
	link    packet.Link
	pending int // bytes of the packet given last, still in the buffer
}

// pcapMagic tells byte order and time unit by a file's first four bytes.
func pcapMagic(head []byte) (order binary.ByteOrder, unit int64, ok bool) {
	for _, order := range []binary.ByteOrder{binary.LittleEndian, binary.BigEndian} {
		switch order.Uint32(head) {
		case 0xa1b2c3d4:
			return order, 1000, true
		case 0xa1b23c4d:
			return order, 1, true
		}
	}
	return nil, 0, false
}

func newPcap(in *stream, order binary.ByteOrder, unit int64) (format, error) {
	head, err := in.inside(24)
	if err != nil {
		return nil, err
	}
	if major := order.Uint16(head[4:]); major != 2 {
		return nil, &abri.Error{
			Code: abri.CodeUnsupported, What: fmt.Sprintf("pcap version %d is not known", major), Remedy: "version 2 is read",
		}
	}
	// The upper six bits tell of frame check sequences (libpcap's LT_LINKTYPE); those lie behind the packet.
	link, err := linkOf(order.Uint32(head[20:]) & 0x03ff_ffff)
	if err != nil {
		return nil, err
	}
	return &pcap{order: order, unit: unit, link: link}, in.skip(24)
}

func (f *pcap) next(in *stream, p *Packet) error {
	if err := in.skip(f.pending); err != nil {
		return err
	}
	f.pending = 0
	in.begin()
	head, err := in.peek(16)
	if err != nil {
		return err
	}
	seconds, fraction := int64(f.order.Uint32(head)), int64(f.order.Uint32(head[4:]))
	held, length := f.order.Uint32(head[8:]), f.order.Uint32(head[12:])
	if held > MaxPacket {
		return damaged("a packet of %d bytes", held)
	}
	if err := in.skip(16); err != nil {
		return err
	}
	data, err := in.inside(int(held))
	if err != nil {
		return err
	}
	f.pending = int(held)
	*p = Packet{
		Time:   time.Unix(seconds, fraction*f.unit).UTC(),
		Timed:  true,
		Link:   f.link,
		Data:   data,
		Length: int(max(length, held)),
	}
	return nil
}
