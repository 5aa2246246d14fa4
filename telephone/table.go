package telephone

// table remembers values by key in bounded room: two generations of at most max. What was not touched while max others
// were is let go.
type table[K comparable, V any] struct {
	max       int
	now, then map[K]*V
}

// find gives what is remembered of the key, or nil.
func (t *table[K, V]) find(k K) *V {
	if v := t.now[k]; v != nil {
		return v
	}
	v := t.then[k]
	if v != nil {
		delete(t.then, k)
		t.put(k, v)
	}
	return v
}

// touch gives what is remembered of the key, the zero value when nothing is.
func (t *table[K, V]) touch(k K) (v *V, fresh bool) {
	if v := t.find(k); v != nil {
		return v, false
	}
	v = new(V)
	t.put(k, v)
	return v, true
}

func (t *table[K, V]) put(k K, v *V) {
	if t.now == nil || len(t.now) >= t.max {
		t.now, t.then = make(map[K]*V), t.now
	}
	t.now[k] = v
}

func (t *table[K, V]) remove(k K) {
	delete(t.now, k)
	delete(t.then, k)
}

func (t *table[K, V]) len() int { return len(t.now) + len(t.then) }

// each calls f with each of them. f may remove the one that it is given.
func (t *table[K, V]) each(f func(K, *V)) {
	for _, m := range []map[K]*V{t.now, t.then} {
		for k, v := range m {
			f(k, v)
		}
	}
}
