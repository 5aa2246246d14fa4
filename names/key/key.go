// Package key gives names the numbers by which lists hold them and the kernel finds them: a seeded hash of 64 bits, made
// label by label from the right, so that the key of "fr" leads to that of "gouv.fr" and that to "impots.gouv.fr". A
// question is then held against every name above it at the price of one.
//
// gate/kernel/dns.h computes the same from the bytes of a question; a test of package gate holds one against the other.
// No clock, disk, network or randomness: the seed is its caller's.
package key

import (
	"bytes"
	"encoding/binary"
)

// Seed makes keys differ from one run to the next, so that nobody who does not know it can make a name that has
// another's key. Three random words; the multipliers are used with their lowest bit set.
type Seed struct{ Start, First, Second uint64 }

// NewSeed makes a seed of random bytes.
func NewSeed(random [24]byte) Seed {
	le := binary.LittleEndian
	return Seed{le.Uint64(random[:]), le.Uint64(random[8:]) | 1, le.Uint64(random[16:]) | 1}
}

// maxLabel is the longest label of the DNS (RFC 1035 §2.3.4). What is longer stands on no list.
const maxLabel = 63

// Under is the key of the name that a label makes beneath a parent; the root's key is Seed.Start. The label is taken in
// lower case: what it reads is what stands in a question, the length before the letters, eight bytes at a time.
func (s Seed) Under(parent uint64, label []byte) uint64 {
	var block [maxLabel + 1]byte
	block[0] = byte(len(label))
	copy(block[1:], label)
	h := parent
	for at := 0; at <= min(len(label), maxLabel); at += 8 {
		h = s.mix(h, lower(binary.LittleEndian.Uint64(block[at:])))
	}
	return h
}

// mix takes one more word in: multiplications by secret odd numbers, with the upper halves brought down between them
// (multiply-shift hashing; Dietzfelbinger and others, "A reliable randomized algorithm for the closest-pair problem",
// 1997).
func (s Seed) mix(h, word uint64) uint64 {
	h = (h ^ word) * s.First
	h = (h ^ h>>32) * s.Second
	return h ^ h>>29
}

// lower puts eight bytes into lower case at once; a length of at most 63 stays as it is.
func lower(word uint64) uint64 {
	const each, high = 0x0101010101010101, 0x8080808080808080
	low := word &^ uint64(high)
	letter := (low + (0x80-'A')*each) &^ (low + (0x80-'Z'-1)*each) &^ word & high
	return word | letter>>2
}

// Of is the key of a name as text: labels between points, without a final one. An escaped point (\.) is part of its label.
func (s Seed) Of(name []byte) uint64 {
	k := s.Start
	for _, next := range s.Above(name) {
		k = next
	}
	return k
}

// Above gives the ends of a name, from the last label up to the whole of it, each with its key.
func (s Seed) Above(name []byte) func(func([]byte, uint64) bool) {
	return func(yield func([]byte, uint64) bool) {
		k, end := s.Start, len(name)
		for end >= 0 {
			begin := cut(name[:end]) + 1
			k = s.Under(k, name[begin:end])
			if !yield(name[begin:], k) {
				return
			}
			end = begin - 1
		}
	}
}

// cut is the place of the last point that parts labels, or -1.
func cut(name []byte) int {
	for end := len(name); ; {
		dot := bytes.LastIndexByte(name[:end], '.')
		slashes := 0
		for at := dot - 1; at >= 0 && name[at] == '\\'; at-- {
			slashes++
		}
		if dot < 0 || slashes%2 == 0 {
			return dot
		}
		end = dot
	}
}
