package detect

import "hash/maphash"

// place is where a memory finds the slot of a key: open addressing with linear probing, as in the table of flows (Knuth,
// volume 3, section 6.4, algorithms L and R). It is eight bytes, where a map of Go's repeats the key, so that a key that is
// known fetches one line of memory for its place and one for its slot.
type place struct {
	hash uint32
	slot int32 // and one; 0 is nobody's
}

// leastPlaces is how many places a memory begins with.
const leastPlaces = 16

func (m *memory[K, V]) hash(k *K) uint32 { return uint32(maphash.Comparable(m.seed, *k)) }

// at gives the slot of a key with its hash, nowhere when it has none.
func (m *memory[K, V]) at(k *K, hash uint32) int32 {
	mask := uint32(len(m.places) - 1)
	for at := hash & mask; ; at = (at + 1) & mask {
		p := m.places[at]
		if p.slot == 0 {
			return nowhere
		}
		if p.hash == hash && m.slots[p.slot-1].key == *k {
			return p.slot - 1
		}
	}
}

// settle gives the slot of a key that has none a place.
func (m *memory[K, V]) settle(hash uint32, slot int32) {
	if 4*(m.taken+1) > 3*len(m.places) {
		old := m.places
		m.places = make([]place, 2*len(old))
		for _, p := range old {
			if p.slot != 0 {
				m.put(p)
			}
		}
	}
	m.taken++
	m.put(place{hash, slot + 1})
}

func (m *memory[K, V]) put(p place) {
	mask := uint32(len(m.places) - 1)
	at := p.hash & mask
	for m.places[at].slot != 0 {
		at = (at + 1) & mask
	}
	m.places[at] = p
}

// leave takes a slot's place away, and closes the gap with those behind that may stand there.
func (m *memory[K, V]) leave(slot int32) {
	mask := uint32(len(m.places) - 1)
	gap := m.hash(&m.slots[slot].key) & mask
	for m.places[gap].slot != slot+1 {
		gap = (gap + 1) & mask
	}
	m.taken--
	for at := (gap + 1) & mask; m.places[at].slot != 0; at = (at + 1) & mask {
		if home := m.places[at].hash & mask; (at-home)&mask >= (at-gap)&mask {
			m.places[gap] = m.places[at]
			gap = at
		}
	}
	m.places[gap] = place{}
}
