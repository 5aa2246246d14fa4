package detect

import (
	"encoding/binary"
	"math"
	"math/bits"
	"net/netip"
	"slices"
)

const (
	fewMost  = 24   // numbers held exactly
	manyBits = 2048 // of the map that estimates more
)

// distinct counts different numbers in bounded memory: exactly up to fewMost, and from there by linear counting
// (Whang, Vander-Zanden, Taylor 1990), within a few per cent up to some 10,000. The zero value is empty.
type distinct struct {
	few  []uint32
	many *[manyBits / 64]uint64
}

// add counts a number, and reports whether it is one more.
func (d *distinct) add(n uint32) bool {
	if d.many != nil {
		return d.mark(n)
	}
	if slices.Contains(d.few, n) {
		return false
	}
	if len(d.few) < fewMost {
		d.few = append(d.few, n)
		return true
	}
	d.many = new([manyBits / 64]uint64)
	for _, x := range d.few {
		d.mark(x)
	}
	d.few = nil
	return d.mark(n)
}

func (d *distinct) mark(n uint32) bool {
	h := mix(uint64(n)) % manyBits
	word, bit := &d.many[h/64], uint64(1)<<(h%64)
	fresh := *word&bit == 0
	*word |= bit
	return fresh
}

// remove takes a number out again. Beyond fewMost it can't be.
func (d *distinct) remove(n uint32) {
	if i := slices.Index(d.few, n); i >= 0 {
		d.few = slices.Delete(d.few, i, i+1)
	}
}

// count is how many different numbers there were.
func (d *distinct) count() int {
	if d.many == nil {
		return len(d.few)
	}
	empty := manyBits
	for _, w := range d.many {
		empty -= bits.OnesCount64(w)
	}
	return int(math.Round(-manyBits * math.Log(float64(max(empty, 1))/manyBits)))
}

// mix spreads a number over 64 bits (the finaliser of SplitMix64, Steele, Lea, Flood 2014).
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// number is an address as one number: IPv4 as it stands, IPv6 mixed.
func number(a netip.Addr) uint32 {
	if a.Is4() {
		b := a.As4()
		return binary.BigEndian.Uint32(b[:])
	}
	b := a.As16()
	return uint32(mix(binary.BigEndian.Uint64(b[:8]) ^ mix(binary.BigEndian.Uint64(b[8:]))))
}

// door is an address and a port as one number.
func door(a netip.Addr, port uint16) uint32 {
	return uint32(mix(uint64(number(a))<<16 | uint64(port)))
}

// text is a name as one number, without regard to case (FNV-1a).
func text(s []byte) uint32 {
	h := uint64(14695981039346656037)
	for _, c := range s {
		h = (h ^ uint64(lower(c))) * 1099511628211
	}
	return uint32(mix(h))
}

func upper(c byte) byte {
	if 'a' <= c && c <= 'z' {
		return c - 'a' + 'A'
	}
	return c
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}
