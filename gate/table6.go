package gate

import "math"

// table6 is one generation of the IPv6 lists, as listed6 of kernel/lists.h reads it: a directory of 2^21 numbers, one for
// each /24 of 2000::/3, that says which set of lengths is listed in it, and a hash of the prefixes themselves in buckets
// of one cache line, each prefix in one of two (cuckoo hashing: Pagh and Rodler, 2001).
type table6 struct {
	outline []leaf4    // 2^13: a bit for each number that is not 0, so that most look-ups end in 256 kB
	root    []uint16   // 2^21
	sets    []lengths6 // 2^16: the first is empty, the second has every length
	buckets []bucket6  // a power of two, at least 2
	seed    uint64
	numbers map[lengths6]uint16 // of the sets in use
}

type (
	lengths6 = [2]uint64 // bit n-1 of the first is length n ≤ 64, bit n-65 of the second n > 64
	mark6    struct{ hi, lo uint64 }
	bucket6  = [4]mark6
)

// everyLength is the set that is taken when there is no number left for another: right, only slower.
const everyLength = 1

// kicks bounds how many prefixes are moved to place one. At half load a handful is usual.
const kicks = 512

// buckets6For is the number of buckets for n prefixes: half full at most.
func buckets6For(n int) int {
	size := 1024
	for size < (n+1)/2 {
		size *= 2
	}
	return size
}

// markOf is mark6 of kernel/lists.h: the prefix with the bit after its last one set, so that lengths differ; a /128 sets
// the first bit, which is clear in all of 2000::/3.
func markOf(p Prefix6) mark6 {
	switch {
	case p.Bits < 64:
		return mark6{p.Hi&(^uint64(0)<<(64-p.Bits)) | 1<<(63-p.Bits), 0}
	case p.Bits == 64:
		return mark6{p.Hi, 1 << 63}
	case p.Bits < 128:
		return mark6{p.Hi, p.Lo&(^uint64(0)<<(128-p.Bits)) | 1<<(127-p.Bits)}
	}
	return mark6{p.Hi | 1<<63, p.Lo}
}

// pair is where a mark may lie: mix6 and the choice of held6 in kernel/lists.h.
func (t *table6) pair(m mark6) (one, two int) {
	mask := uint64(len(t.buckets) - 1)
	h := (m.hi ^ t.seed) * 0xff51afd7ed558ccd
	h = (h ^ h>>33 ^ m.lo) * 0xc4ceb9fe1a85ec53
	h = (h ^ h>>29) * 0xff51afd7ed558ccd
	h ^= h >> 32
	one, two = int(h&mask), int(h>>32&mask)
	if one == two {
		two ^= 1
	}
	return one, two
}

// add places a prefix, and reports false when it found no room: then the seed must change or the table grow. One that
// is there already is well. A slot once filled stays filled and a first bucket is filled before a second is used; the
// kernel's search rests on both.
func (t *table6) add(p Prefix6) bool {
	m := markOf(p)
	if !t.holds(m) && !t.place(m) {
		return false
	}
	first, last := above(p)
	for i := first; i <= last; i++ {
		t.root[i] = t.with(t.root[i], p.Bits)
		t.outline[i>>8][i>>5&7] |= 1 << (i & 31)
	}
	return true
}

// above are the first and the last of the /24s that p holds, or the one that holds p.
func above(p Prefix6) (first, last uint64) {
	first = p.Hi >> 40 & 0x1fffff
	if p.Bits >= 24 {
		return first, first
	}
	n := uint64(1) << (24 - p.Bits)
	return first &^ (n - 1), first | (n - 1)
}

// with gives the number of a set with one more length.
func (t *table6) with(number uint16, bits uint8) uint16 {
	set := t.sets[number]
	set[(bits-1)/64] |= 1 << ((bits - 1) % 64)
	if set == t.sets[number] {
		return number
	}
	if n, known := t.numbers[set]; known {
		return n
	}
	n := len(t.numbers) + everyLength + 1
	if n >= len(t.sets) {
		return everyLength
	}
	t.sets[n], t.numbers[set] = set, uint16(n)
	return uint16(n)
}

// begin empties the table.
func (t *table6) begin() {
	clear(t.outline)
	clear(t.root)
	clear(t.buckets)
	clear(t.sets)
	t.sets[everyLength] = lengths6{math.MaxUint64 &^ (1<<(widest6-1) - 1), math.MaxUint64}
	t.numbers = map[lengths6]uint16{}
}

func (t *table6) place(m mark6) bool {
	at, other := t.pair(m)
	if put(&t.buckets[at], m) || put(&t.buckets[other], m) {
		return true
	}
	for n := range kicks {
		slot := &t.buckets[at][n/2%4]
		m, *slot = *slot, m
		one, two := t.pair(m)
		if at == one {
			at = two
		} else {
			at = one
		}
		if put(&t.buckets[at], m) {
			return true
		}
	}
	return false
}

func put(b *bucket6, m mark6) bool {
	for i := range b {
		if b[i] == (mark6{}) {
			b[i] = m
			return true
		}
	}
	return false
}

func (t *table6) holds(m mark6) bool {
	one, two := t.pair(m)
	for i := range 4 {
		if t.buckets[one][i] == m || t.buckets[two][i] == m {
			return true
		}
	}
	return false
}

// stands reports whether a prefix is in the table and its length in every part of the directory above it.
func (t *table6) stands(p Prefix6) bool {
	first, last := above(p)
	for i := first; i <= last; i++ {
		if t.sets[t.root[i]][(p.Bits-1)/64]>>((p.Bits-1)%64)&1 == 0 || t.outline[i>>8][i>>5&7]>>(i&31)&1 == 0 {
			return false
		}
	}
	return t.holds(markOf(p))
}
