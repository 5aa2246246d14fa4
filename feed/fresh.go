package feed

import "net/netip"

// Fresh answers which addresses the next version of a list covers and the one before it did not.
type Fresh struct{ before, next *Set }

// FreshOf holds a version of a list against the one before it, which may be nil. It takes as much memory as a Set of
// both.
func FreshOf(before, next *List) Fresh {
	f := Fresh{before: Merge(nil, nil), next: Merge([]*List{next.enforced()}, nil)}
	if before != nil {
		f.before = Merge([]*List{before.enforced()}, nil)
	}
	return f
}

// enforced is the list as if it did not only observe.
func (l *List) enforced() *List {
	out := *l
	out.info.Observe = false
	return &out
}

// Find gives the new entry that holds addr, and false when there is none or when an old one held it already.
func (f Fresh) Find(addr netip.Addr) (entry netip.Prefix, ok bool) {
	if _, known := f.before.Find(addr); known {
		return netip.Prefix{}, false
	}
	found, ok := f.next.Find(addr)
	return found.Why.Entry, ok
}
