package capture

// enhanced reads a packet block, or the obsolete one whose interface is two bytes and followed by two of losses:
// interface, time (high and low half), bytes held, bytes on the wire, data, options.
func (f *pcapng) enhanced(in *stream, p *Packet, kind uint32) error {
	head, err := f.body(in, 20)
	if err != nil {
		return err
	}
	number := f.order.Uint32(head)
	if kind == blockOldPacket {
		number = uint32(f.order.Uint16(head))
	}
	at := uint64(f.order.Uint32(head[4:]))<<32 | uint64(f.order.Uint32(head[8:]))
	held, length := f.order.Uint32(head[12:]), f.order.Uint32(head[16:])
	if err := f.step(in, 20); err != nil {
		return err
	}
	if err := f.packet(in, p, number, held, length); err != nil {
		return err
	}
	f.last = f.interfaces[number].clock.time(at)
	p.Time, p.Timed = f.last, true
	return nil
}

// simple reads a simple packet block: bytes on the wire, data of the section's first interface, no time.
func (f *pcapng) simple(in *stream, p *Packet) error {
	head, err := f.body(in, 4)
	if err != nil {
		return err
	}
	length := f.order.Uint32(head)
	if err := f.step(in, 4); err != nil {
		return err
	}
	held := min(length, uint32(f.pending))
	if len(f.interfaces) > 0 && f.interfaces[0].snap != 0 {
		held = min(held, f.interfaces[0].snap)
	}
	p.Time, p.Timed = f.last, false
	return f.packet(in, p, 0, held, length)
}

// packet gives the data of a packet block, which come next. They stay in the buffer until finish.
func (f *pcapng) packet(in *stream, p *Packet, number, held, length uint32) error {
	if uint64(number) >= uint64(len(f.interfaces)) {
		return damaged("a packet of interface %d, which is not described", number)
	}
	if held > MaxPacket || int64(held) > int64(f.pending) {
		return damaged("a packet of %d bytes", held)
	}
	from := f.interfaces[number]
	if from.refusal != nil {
		return from.refusal
	}
	data, err := in.inside(int(held))
	if err != nil {
		return err
	}
	p.Link, p.Data, p.Length = from.link, data, int(max(length, held))
	return nil
}

// body is the next n bytes of the block's body.
func (f *pcapng) body(in *stream, n int) ([]byte, error) {
	if n > f.pending {
		return nil, damaged("a block of %d bytes, too short for what it holds", f.length)
	}
	return in.inside(n)
}

// step goes n bytes on in the block's body.
func (f *pcapng) step(in *stream, n int) error {
	f.pending -= n
	return in.skip(n)
}
