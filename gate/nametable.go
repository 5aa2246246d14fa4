package gate

// nameTable is one generation of the names, as held_name of kernel/dns.h reads it: keys in buckets of one cache line, each
// in one of two (cuckoo hashing: Pagh and Rodler, 2001; of eight slots it fills to nine tenths).
type nameTable struct{ buckets []nameBucket } // a power of two, at least 2

type nameBucket = [8]uint64

// scopeBits of a key say what of the name is meant; an entry of the table has those of all its lists.
const scopeBits = 3

// nameBucketsFor is the number of buckets for n names: five sixths full at most.
func nameBucketsFor(n int) int {
	size := 1024
	for size*8*5/6 < n {
		size *= 2
	}
	return size
}

func (t nameTable) pair(k uint64) (one, two int) {
	mask := uint64(len(t.buckets) - 1)
	one, two = int(k>>2&mask), int(k>>32&mask)
	if one == two {
		two ^= 1
	}
	return one, two
}

// fill empties the table and puts the keys in: false when one finds no room.
func (t nameTable) fill(keys []uint64) bool {
	clear(t.buckets)
	for _, k := range keys {
		if !t.join(k) && !t.place(k) {
			return false
		}
	}
	return true
}

// join adds what a key means to its name, when that is there.
func (t nameTable) join(k uint64) bool {
	one, two := t.pair(k)
	for _, at := range []int{one, two} {
		for i, s := range t.buckets[at] {
			if s != 0 && (s^k) <= scopeBits {
				t.buckets[at][i] |= k
				return true
			}
		}
	}
	return false
}

// place puts a new key into the first of its buckets that has room. A slot once filled stays filled, and a first bucket
// is filled before a second is used; the kernel's search rests on both.
func (t nameTable) place(k uint64) bool {
	at, other := t.pair(k)
	if t.put(at, k) || t.put(other, k) {
		return true
	}
	for n := range kicks {
		slot := &t.buckets[at][n*5%8]
		k, *slot = *slot, k
		one, two := t.pair(k)
		if at == one {
			at = two
		} else {
			at = one
		}
		if t.put(at, k) {
			return true
		}
	}
	return false
}

func (t nameTable) put(at int, k uint64) bool {
	for i, s := range t.buckets[at] {
		if s == 0 {
			t.buckets[at][i] = k
			return true
		}
	}
	return false
}

// stands reports whether all that a key means is in the table.
func (t nameTable) stands(k uint64) bool {
	one, two := t.pair(k)
	for i := range 8 {
		for _, s := range []uint64{t.buckets[one][i], t.buckets[two][i]} {
			if s != 0 && (s^k) <= scopeBits && s&k == k {
				return true
			}
		}
	}
	return false
}

// census counts the filled slots.
func (t nameTable) census() (slots uint64) {
	for i := range t.buckets {
		for _, s := range t.buckets[i] {
			if s != 0 {
				slots++
			}
		}
	}
	return slots
}
