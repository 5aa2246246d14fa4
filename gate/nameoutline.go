package gate

import "math/bits"

// nameOutline stands before a generation of the names, as drawn of kernel/dns.h reads it: a bit for the hash of each name
// that is listed or has a rule. It has eight bits a name or more, so that at most one in eight others is looked for further:
// 1 MB for a million names, which the caches hold where the table of 16 MB finds no room.
type nameOutline []uint32

// outlineLine is how many bits one element of the kernel's array has.
const outlineLine = 256

// nameOutlineFor is the number of bits for n names: a power of two.
func nameOutlineFor(n int) int {
	size := 1 << 16
	for size < 8*n {
		size *= 2
	}
	return size
}

func (o nameOutline) draw(key uint64) {
	at := key >> 12 & uint64(len(o)*32-1)
	o[at/32] |= 1 << (at % 32)
}

// census counts the bits that are set.
func (o nameOutline) census() (n uint64) {
	for _, word := range o {
		n += uint64(bits.OnesCount32(word))
	}
	return n
}
