package quic

import "encoding/binary"

// long is a packet with a long header (RFC 9000, section 17.2).
type long struct {
	version     uint32
	initial     bool
	destination connection
	bytes       []byte // the whole packet
	number      int    // where the protected packet number begins
}

// Begins reports whether a datagram may begin with an Initial of a version that is read.
func Begins(b []byte) bool {
	return len(b) >= 7 && b[0]&0x80 != 0 && saltOf(binary.BigEndian.Uint32(b[1:])) != nil && b[5] <= 20 &&
		isInitial(b[0], binary.BigEndian.Uint32(b[1:]))
}

// Destination is what a client calls the server in a datagram that Begins, as a number: its connection identifier, of which
// it makes up one of eight bytes or more for each conversation (RFC 9000, section 7.2).
func Destination(b []byte) uint64 {
	id := b[6:min(len(b), 6+int(b[5]))]
	n := uint64(len(id))
	for _, x := range id {
		n = n*0x100000001b3 ^ uint64(x) // FNV-1 (draft-eastlake-fnv)
	}
	return n
}

// isInitial reads the type of a packet: QUIC 2 numbers them otherwise (RFC 9369, section 3.2).
func isInitial(first byte, version uint32) bool {
	kind := first >> 4 & 3
	return kind == 0 && version != version2 || kind == 1 && version == version2
}

// isRetry reports a packet without a length, which ends its datagram.
func isRetry(first byte, version uint32) bool {
	kind := first >> 4 & 3
	return kind == 3 && version != version2 || kind == 0 && version == version2
}

// parse takes the first packet off a datagram; ok is false where it is none with a long header of a known version.
func parse(b []byte) (p long, rest []byte, ok bool) {
	if len(b) < 7 || b[0]&0x80 == 0 {
		return long{}, nil, false
	}
	p.version = binary.BigEndian.Uint32(b[1:])
	if saltOf(p.version) == nil || isRetry(b[0], p.version) {
		return long{}, nil, false
	}
	p.initial = isInitial(b[0], p.version)
	at := 5
	if at, ok = p.identifiers(b, at); !ok {
		return long{}, nil, false
	}
	if p.initial { // a token
		size, n := varint(b[at:])
		if n == 0 || size > uint64(len(b)-at-n) {
			return long{}, nil, false
		}
		at += n + int(size)
	}
	size, n := varint(b[at:])
	if n == 0 || size > uint64(len(b)-at-n) {
		return long{}, nil, false
	}
	p.number = at + n
	end := p.number + int(size)
	p.bytes = b[:end]
	return p, b[end:], true
}

// identifiers reads the connection identifiers, and gives the place behind them.
func (p *long) identifiers(b []byte, at int) (int, bool) {
	size := int(b[at])
	at++
	if size > len(p.destination.bytes) || at+size >= len(b) {
		return 0, false
	}
	p.destination.size = copy(p.destination.bytes[:], b[at:at+size])
	at += size
	size = int(b[at])
	at++
	if size > 20 || at+size > len(b) {
		return 0, false
	}
	return at + size, true
}

// sampled reports whether the packet is long enough for its protection to be removed: a number of four bytes at most,
// then a sample of 16 (RFC 9001, section 5.4.2).
func (p *long) sampled() bool { return len(p.bytes) >= p.number+4+16 }

// varint reads a number of variable length (RFC 9000, section 16) and gives its size, 0 where it is cut.
func varint(b []byte) (v uint64, size int) {
	if len(b) == 0 {
		return 0, 0
	}
	size = 1 << (b[0] >> 6)
	if len(b) < size {
		return 0, 0
	}
	v = uint64(b[0] & 0x3f)
	for _, c := range b[1:size] {
		v = v<<8 | uint64(c)
	}
	return v, size
}
