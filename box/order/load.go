package order

import (
	"encoding/binary"
	"fmt"
	"iter"

	abri "abri.example/abri"
)

// Prefix6 is an IPv6 prefix: the address in two halves, host bits zero, and its length.
type Prefix6 struct {
	Hi, Lo uint64
	Bits   uint8
}

// Prefixes is what is to be enforced, packed as it crosses between the two processes, so that a million stand in memory
// once: a count (u32) of IPv4 entries, those (4 bytes, length), then IPv6 (16 bytes, length). The zero Prefixes is none.
type Prefixes struct {
	packed []byte
	n4     int
}

const (
	size4 = 5
	size6 = 17
	head4 = 4
)

// Pack packs n4 IPv4 entries, as addr<<8|bits, and n6 IPv6 prefixes; the numbers are for the room they take, and need not
// be exact.
func Pack(v4 iter.Seq[uint64], n4 int, v6 iter.Seq[Prefix6], n6 int) Prefixes {
	p := Prefixes{packed: make([]byte, head4, head4+n4*size4+n6*size6)}
	for v := range v4 {
		p.packed = append(p.packed, byte(v>>32), byte(v>>24), byte(v>>16), byte(v>>8), byte(v))
		p.n4++
	}
	binary.LittleEndian.PutUint32(p.packed, uint32(p.n4))
	for v := range v6 {
		p.packed = binary.BigEndian.AppendUint64(p.packed, v.Hi)
		p.packed = binary.BigEndian.AppendUint64(p.packed, v.Lo)
		p.packed = append(p.packed, v.Bits)
	}
	return p
}

// Len4 is how many IPv4 entries there are.
func (p Prefixes) Len4() int { return p.n4 }

// Len6 is how many IPv6 prefixes there are.
func (p Prefixes) Len6() int {
	if len(p.packed) == 0 {
		return 0
	}
	return (len(p.packed) - head4 - p.n4*size4) / size6
}

// V4 gives the IPv4 entries, as addr<<8|bits.
func (p Prefixes) V4() iter.Seq[uint64] {
	return func(yield func(uint64) bool) {
		for i := range p.n4 {
			e := p.packed[head4+i*size4:]
			if !yield(uint64(binary.BigEndian.Uint32(e))<<8 | uint64(e[4])) {
				return
			}
		}
	}
}

// V6 gives the IPv6 prefixes.
func (p Prefixes) V6() iter.Seq[Prefix6] {
	return func(yield func(Prefix6) bool) {
		for i := range p.Len6() {
			e := p.packed[head4+p.n4*size4+i*size6:]
			if !yield(Prefix6{binary.BigEndian.Uint64(e), binary.BigEndian.Uint64(e[8:]), e[16]}) {
				return
			}
		}
	}
}

// encode gives the payload of a Load.
func (p Prefixes) encode() []byte {
	if len(p.packed) == 0 {
		return make([]byte, head4)
	}
	return p.packed
}

// decodePrefixes takes what encode gave, and keeps b; lengths above 32 and 128 are refused, what is reserved is the gate's
// to refuse.
func decodePrefixes(b []byte) (Prefixes, error) {
	bad := func(what string) (Prefixes, error) {
		return Prefixes{}, &abri.Error{Code: abri.CodeInvalid, What: "load: " + what}
	}
	if len(b) < head4 {
		return bad("no count")
	}
	n, rest := int(binary.LittleEndian.Uint32(b)), len(b)-head4
	if n > rest/size4 || (rest-n*size4)%size6 != 0 {
		return bad(fmt.Sprintf("%d bytes do not hold %d IPv4 entries and whole IPv6 ones", rest, n))
	}
	p := Prefixes{packed: b, n4: n}
	for i := range n {
		if bits := b[head4+i*size4+4]; bits > 32 {
			return bad(fmt.Sprintf("IPv4 entry %d has length %d", i, bits))
		}
	}
	for i := range p.Len6() {
		if bits := b[head4+n*size4+i*size6+16]; bits > 128 {
			return bad(fmt.Sprintf("IPv6 entry %d has length %d", i, bits))
		}
	}
	return p, nil
}
