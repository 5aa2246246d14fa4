package detect

// ring is a queue whose memory is reused. The zero ring is empty and ready.
type ring[T any] struct {
	items []T
	head  int // the first item
	n     int
}

func (r *ring[T]) len() int { return r.n }

// first is the oldest item; there must be one.
func (r *ring[T]) first() T { return r.items[r.head] }

// push adds an item at the end.
func (r *ring[T]) push(v T) {
	if r.n == len(r.items) {
		grown := make([]T, max(16, 2*r.n))
		k := copy(grown, r.items[r.head:])
		copy(grown[k:], r.items[:r.head])
		r.items, r.head = grown, 0
	}
	r.items[(r.head+r.n)%len(r.items)] = v
	r.n++
}

// pop takes the oldest item out; there must be one.
func (r *ring[T]) pop() {
	var none T
	r.items[r.head] = none
	r.head = (r.head + 1) % len(r.items)
	r.n--
}
