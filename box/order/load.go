package order

import (
	"encoding/binary"
	"fmt"

	abri "abri.example/abri"
)

// Prefix6 is an IPv6 prefix: the address in two halves, host bits zero, and its length.
type Prefix6 struct {
	Hi, Lo uint64
	Bits   uint8
}

// Prefixes is what is to be enforced: IPv4 as addr<<8|bits, IPv6 as Prefix6.
type Prefixes struct {
	V4 []uint64
	V6 []Prefix6
}

const (
	size4 = 5
	size6 = 17
)

// encode gives the payload of a Load: a count (u32) of IPv4 entries, those (4 bytes, length), then IPv6 (16 bytes, length).
func (p Prefixes) encode() []byte {
	buf := make([]byte, 0, 4+len(p.V4)*size4+len(p.V6)*size6)
	buf = binary.LittleEndian.AppendUint32(buf, uint32(len(p.V4)))
	for _, v := range p.V4 {
		buf = append(buf, byte(v>>32), byte(v>>24), byte(v>>16), byte(v>>8), byte(v))
	}
	for _, v := range p.V6 {
		buf = binary.BigEndian.AppendUint64(buf, v.Hi)
		buf = binary.BigEndian.AppendUint64(buf, v.Lo)
		buf = append(buf, v.Bits)
	}
	return buf
}

// decodePrefixes reads what encode wrote; lengths above 32 and 128 are refused, what is reserved is the gate's to refuse.
func decodePrefixes(b []byte) (Prefixes, error) {
	bad := func(what string) (Prefixes, error) {
		return Prefixes{}, &abri.Error{Code: abri.CodeInvalid, What: "load: " + what}
	}
	if len(b) < 4 {
		return bad("no count")
	}
	n := int(binary.LittleEndian.Uint32(b))
	b = b[4:]
	if n > len(b)/size4 || (len(b)-n*size4)%size6 != 0 {
		return bad(fmt.Sprintf("%d bytes do not hold %d IPv4 entries and whole IPv6 ones", len(b), n))
	}
	p := Prefixes{V4: make([]uint64, n), V6: make([]Prefix6, (len(b)-n*size4)/size6)}
	for i := range p.V4 {
		e := b[i*size4:]
		if e[4] > 32 {
			return bad(fmt.Sprintf("IPv4 entry %d has length %d", i, e[4]))
		}
		p.V4[i] = uint64(binary.BigEndian.Uint32(e))<<8 | uint64(e[4])
	}
	b = b[n*size4:]
	for i := range p.V6 {
		e := b[i*size6:]
		if e[16] > 128 {
			return bad(fmt.Sprintf("IPv6 entry %d has length %d", i, e[16]))
		}
		p.V6[i] = Prefix6{binary.BigEndian.Uint64(e), binary.BigEndian.Uint64(e[8:]), e[16]}
	}
	return p, nil
}
