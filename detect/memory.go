package detect

import (
	"hash/maphash"
	"time"
)

// memory remembers something of each key seen lately, in bounded room: at most max keys, and none for longer than
// patience after it was last touched. When it is full, the key that was silent for longest is forgotten first.
type memory[K comparable, V any] struct {
	max      int
	patience time.Duration
	seed     maphash.Seed // makes it impossible to prepare keys that share a place
	places   []place      // a power of two of them, at most three in four taken
	taken    int
	slots    []slot[K, V]
	first    int32   // the most silent; -1 when empty
	last     int32   // the last touched
	free     int32   // given back, chained by next
	leaves   func(V) // told of what is forgotten; nil where nobody need know
}

// slot is one key with its neighbours by age.
type slot[K comparable, V any] struct {
	key        K
	touched    int64 // nanoseconds since 1970: a time takes three times the room
	prev, next int32
	value      V
}

const nowhere = -1

func newMemory[K comparable, V any](max int, patience time.Duration) *memory[K, V] {
	return &memory[K, V]{
		max: max, patience: patience, first: nowhere, last: nowhere, free: nowhere,
		seed: maphash.MakeSeed(), places: make([]place, leastPlaces),
	}
}

func (m *memory[K, V]) len() int { return m.taken }

// find gives what is remembered of the key, or nil. It is valid until the next call of touch.
func (m *memory[K, V]) find(k K) *V {
	if m.taken == 0 {
		return nil
	}
	if i := m.at(&k, m.hash(&k)); i != nowhere {
		return &m.slots[i].value
	}
	return nil
}

// drop forgets the key.
func (m *memory[K, V]) drop(k K) {
	if i := m.at(&k, m.hash(&k)); i != nowhere {
		m.forget(i)
	}
}

// each gives all keys to do, that of the longest silence first. do must not touch or drop any.
func (m *memory[K, V]) each(do func(K, *V)) {
	for i := m.first; i != nowhere; i = m.slots[i].next {
		do(m.slots[i].key, &m.slots[i].value)
	}
}

// touch gives what is remembered of the key, the zero value if nothing is. It is valid until the next call. A clock
// that is set back forgets nothing.
func (m *memory[K, V]) touch(at time.Time, k K) *V {
	now := at.UnixNano()
	for m.first != nowhere && now-m.slots[m.first].touched > int64(m.patience) {
		m.forget(m.first)
	}
	hash := m.hash(&k)
	i := m.at(&k, hash)
	if i == m.last && i != nowhere { // again, as most packets are
		m.slots[i].touched = now
		return &m.slots[i].value
	}
	if i != nowhere {
		m.unlink(i)
	} else {
		if m.taken >= m.max {
			m.forget(m.first)
		}
		i = m.vacant()
		m.slots[i].key = k
		m.settle(hash, i)
	}
	m.slots[i].touched = now
	m.link(i)
	return &m.slots[i].value
}

// vacant gives a slot that is not in use.
func (m *memory[K, V]) vacant() int32 {
	if m.free != nowhere {
		i := m.free
		m.free = m.slots[i].next
		return i
	}
	m.slots = append(m.slots, slot[K, V]{})
	return int32(len(m.slots) - 1)
}

func (m *memory[K, V]) forget(i int32) {
	m.unlink(i)
	m.leave(i)
	if m.leaves != nil {
		m.leaves(m.slots[i].value)
	}
	m.slots[i] = slot[K, V]{next: m.free}
	m.free = i
}

// link puts a slot at the end, as the last touched.
func (m *memory[K, V]) link(i int32) {
	m.slots[i].prev, m.slots[i].next = m.last, nowhere
	if m.last == nowhere {
		m.first = i
	} else {
		m.slots[m.last].next = i
	}
	m.last = i
}

func (m *memory[K, V]) unlink(i int32) {
	s := &m.slots[i]
	if s.prev == nowhere {
		m.first = s.next
	} else {
		m.slots[s.prev].next = s.next
	}
	if s.next == nowhere {
		m.last = s.prev
	} else {
		m.slots[s.next].prev = s.prev
	}
}
