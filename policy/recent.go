package policy

// recent remembers at least the last half of max keys that were touched, and never more than max: when the newer of its
// two generations is full, the older is forgotten.
type recent[K comparable, V any] struct {
	max        int
	now, older map[K]*V
}

func newRecent[K comparable, V any](max int) *recent[K, V] {
	return &recent[K, V]{max: max, now: map[K]*V{}, older: map[K]*V{}}
}

// find gives what is remembered of a key, or nil.
func (r *recent[K, V]) find(k K) *V {
	if v, ok := r.now[k]; ok {
		return v
	}
	return r.older[k]
}

// touch gives what is remembered of a key, the zero value if nothing is.
func (r *recent[K, V]) touch(k K) *V {
	if v, ok := r.now[k]; ok {
		return v
	}
	v, ok := r.older[k]
	if !ok {
		v = new(V)
	}
	if len(r.now) >= max(1, r.max/2) {
		r.older, r.now = r.now, map[K]*V{}
	}
	delete(r.older, k)
	r.now[k] = v
	return v
}

// each calls f with all that is remembered.
func (r *recent[K, V]) each(f func(K, *V)) {
	for _, m := range []map[K]*V{r.now, r.older} {
		for k, v := range m {
			f(k, v)
		}
	}
}
