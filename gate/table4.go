package gate

import "iter"

// table4 is one generation of the IPv4 lists, as listed4 of kernel/lists.h reads it: DIR-24-8, a word a /24 that says
// none, all, or which leaf.
type table4 struct {
	outline []leaf4  // 2^16: a bit for each /24 whose word is not none, so that most look-ups end in 2 MB
	root    []uint32 // 2^24
	leaves  []leaf4
}

// leaf4 holds a bit for each address of a /24.
type leaf4 = [8]uint32

const (
	rootNone = 0
	rootAll  = 1
	rootLeaf = 2 // the first leaf
)

// leavesOf writes into an empty root which /24s are whole and which have a leaf, and gives the number of leaves.
// Wide entries go first, so that no leaf is made below one.
func leavesOf(root []uint32, lists ...iter.Seq[uint64]) int {
	for e := range each(lists) {
		first, last, bits := span4(e)
		if bits > 24 {
			continue
		}
		for i := first >> 8; i <= last>>8; i++ {
			root[i] = rootAll
		}
	}
	n := 0
	for e := range each(lists) {
		first, _, bits := span4(e)
		if bits > 24 && root[first>>8] == rootNone {
			root[first>>8] = uint32(rootLeaf + n)
			n++
		}
	}
	return n
}

// each gives the entries of some lists, one after the other.
func each(lists []iter.Seq[uint64]) iter.Seq[uint64] {
	return func(yield func(uint64) bool) {
		for _, l := range lists {
			for e := range l {
				if !yield(e) {
					return
				}
			}
		}
	}
}

// fill writes the outline of the root, and sets the bits of the narrow entries. The leaves must be clear.
func (t table4) fill(lists ...iter.Seq[uint64]) {
	for i := range t.outline {
		var bits leaf4
		for n, word := range t.root[i<<8 : i<<8+256] {
			if word != rootNone {
				bits[n>>5] |= 1 << (n & 31)
			}
		}
		t.outline[i] = bits
	}
	for e := range each(lists) {
		first, _, bits := span4(e)
		word := t.root[first>>8]
		if bits <= 24 || word < rootLeaf {
			continue
		}
		leaf := &t.leaves[word-rootLeaf]
		for n := uint32(0); n < 1<<(32-bits); n++ {
			a := (first + n) & 0xff
			leaf[a>>5] |= 1 << (a & 31)
		}
	}
}

// has answers for one address as the kernel does.
func (t table4) has(a uint32) bool {
	if !t.outlined(a >> 8) {
		return false
	}
	switch word := t.root[a>>8]; {
	case word < rootLeaf:
		return word == rootAll
	case int(word-rootLeaf) < len(t.leaves):
		return t.leaves[word-rootLeaf][a>>5&7]>>(a&31)&1 == 1
	}
	return false
}

// outlined reports whether the outline lets a look-up of a /24 go on to its word.
func (t table4) outlined(i uint32) bool {
	return t.outline[i>>8][i>>5&7]>>(i&31)&1 == 1
}

// stands reports whether the whole of an entry is in the table.
func (t table4) stands(e uint64) bool {
	first, last, bits := span4(e)
	if bits <= 24 {
		for i := first >> 8; i <= last>>8; i++ {
			if t.root[i] != rootAll || !t.outlined(i) {
				return false
			}
		}
		return true
	}
	for a := first; ; a++ {
		if !t.has(a) {
			return false
		}
		if a == last {
			return true
		}
	}
}
