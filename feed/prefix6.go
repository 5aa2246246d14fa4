package feed

import (
	"cmp"
	"encoding/binary"
	"net/netip"
)

// Prefix6 is an IPv6 prefix as the gate wants it: the address as two halves in host order, host bits zero, and the
// prefix length, 0 to 128.
type Prefix6 struct {
	Hi, Lo uint64
	Bits   uint8
}

func prefix6(p netip.Prefix) Prefix6 {
	b := p.Addr().As16()
	return Prefix6{binary.BigEndian.Uint64(b[:8]), binary.BigEndian.Uint64(b[8:]), uint8(p.Bits())}
}

// Prefix is p as the standard library writes it.
func (p Prefix6) Prefix() netip.Prefix {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], p.Hi)
	binary.BigEndian.PutUint64(b[8:], p.Lo)
	return netip.PrefixFrom(netip.AddrFrom16(b), int(p.Bits))
}

// compare sorts by address, and a prefix before the narrower ones that begin with it.
func (p Prefix6) compare(q Prefix6) int {
	if p.Hi != q.Hi {
		return cmp.Compare(p.Hi, q.Hi)
	}
	if p.Lo != q.Lo {
		return cmp.Compare(p.Lo, q.Lo)
	}
	return cmp.Compare(p.Bits, q.Bits)
}

// holds reports whether q lies within p or is p.
func (p Prefix6) holds(q Prefix6) bool {
	if p.Bits > q.Bits {
		return false
	}
	if p.Bits <= 64 {
		return (p.Hi^q.Hi)>>(64-p.Bits) == 0
	}
	return p.Hi == q.Hi && (p.Lo^q.Lo)>>(128-p.Bits) == 0
}
