package capture

import (
	"encoding/binary"
	"fmt"
	"time"

	"abri.example/abri"
)

// The blocks of a pcapng file (draft-ietf-opsawg-pcapng) that are read; all others are stepped over.
const (
	pcapngMagic = "\x0a\x0d\x0d\x0a" // a section header, the same in both byte orders

	blockSection   = 0x0a0d0d0a
	blockInterface = 1
	blockOldPacket = 2 // obsolete, still in old files
	blockSimple    = 3
	blockEnhanced  = 6
)

// maxInterfaces bounds what one section can make us remember.
const maxInterfaces = 4096

// pcapng reads the newer format: sections of blocks, each block with its type and, at both ends, its length.
type pcapng struct {
	order      binary.ByteOrder
	interfaces []port
	last       time.Time // of the packet before, for those without a time
	pending    int       // bytes of the block before that were not stepped over: the rest of its body
	length     uint32    // of that block, to be met again behind it
}

// newPcapng checks the first section, whose magic was seen.
func newPcapng(in *stream) (format, error) {
	f := &pcapng{last: time.Unix(0, 0).UTC()}
	return f, f.section(in)
}

func (f *pcapng) next(in *stream, p *Packet) error {
	for {
		if err := f.finish(in); err != nil {
			return err
		}
		in.begin()
		head, err := in.peek(8)
		if err != nil {
			return err
		}
		if string(head[:4]) == pcapngMagic {
			if err := f.section(in); err != nil {
				return err
			}
			continue
		}
		kind := f.order.Uint32(head)
		if err := f.open(in, f.order.Uint32(head[4:]), 8); err != nil {
			return err
		}
		switch kind {
		case blockInterface:
			err = f.describe(in)
		case blockSimple:
			return f.simple(in, p)
		case blockEnhanced, blockOldPacket:
			return f.enhanced(in, p, kind)
		}
		if err != nil {
			return err
		}
	}
}

// open steps over the head of a block of the given length; finish steps over the rest.
func (f *pcapng) open(in *stream, length uint32, head int) error {
	if int64(length) < int64(head)+4 || length > 1<<30 {
		return damaged("a block of %d bytes", length)
	}
	f.length, f.pending = length, int(length)-head-4
	return in.skip(head)
}

// finish steps over what is left of the block before, and compares its length at its end.
func (f *pcapng) finish(in *stream) error {
	if f.length == 0 {
		return nil
	}
	if err := in.skip(f.pending); err != nil {
		return err
	}
	tail, err := in.inside(4)
	if err != nil {
		return err
	}
	if again := f.order.Uint32(tail); again != f.length {
		return damaged("a block of %d bytes that says %d at its end", f.length, again)
	}
	f.length, f.pending = 0, 0
	return in.skip(4)
}

// section begins a section: its own byte order, and no interfaces yet.
func (f *pcapng) section(in *stream) error {
	head, err := in.inside(16)
	if err != nil {
		return err
	}
	switch {
	case binary.LittleEndian.Uint32(head[8:]) == 0x1a2b3c4d:
		f.order = binary.LittleEndian
	case binary.BigEndian.Uint32(head[8:]) == 0x1a2b3c4d:
		f.order = binary.BigEndian
	default:
		return damaged("a section without its byte order")
	}
	if major := f.order.Uint16(head[12:]); major != 1 {
		return &abri.Error{
			Code: abri.CodeUnsupported, What: fmt.Sprintf("pcapng version %d is not known", major), Remedy: "version 1 is read",
		}
	}
	f.interfaces = f.interfaces[:0]
	return f.open(in, f.order.Uint32(head[4:]), 16)
}
