package feed

import (
	"net/netip"
	"slices"
	"sort"
)

// Fresh answers which addresses and names the next version of a list covers and the one before it did not. Whether the
// list only observes, and what exceptions say, is not asked. It takes no memory of its own.
type Fresh struct{ before, next *List }

// FreshOf holds a version of a list against the one before it, which may be nil.
func FreshOf(before, next *List) Fresh {
	if before == nil {
		before = &List{}
	}
	return Fresh{before, next}
}

// Find gives the new entry that holds addr, and false when there is none or when an old one held it already.
func (f Fresh) Find(addr netip.Addr) (entry netip.Prefix, ok bool) {
	addr = addr.Unmap().WithZone("")
	if _, known := f.before.holding(addr); known {
		return netip.Prefix{}, false
	}
	return f.next.holding(addr)
}

// FindName gives the new entry that holds a name, and false when there is none or when an old one held it already.
func (f Fresh) FindName(name string) (entry string, ok bool) {
	text := asked(name)
	for _, end := range ends(text) {
		if f.before.covers(end) {
			return "", false
		}
		if f.next.covers(end) {
			entry, ok = string(end.text), true
		}
	}
	return entry, ok
}

// holding is the narrowest entry that holds an address. It is looked for by each length there may be.
func (l *List) holding(addr netip.Addr) (netip.Prefix, bool) {
	for bits := addr.BitLen(); bits >= 0; bits-- {
		p, err := addr.Prefix(bits)
		if err != nil {
			break
		}
		found := false
		if addr.Is4() {
			_, found = slices.BinarySearch(l.v4, key4(p))
		} else {
			_, found = slices.BinarySearchFunc(l.v6, prefix6(p), Prefix6.compare)
		}
		if found {
			return p, true
		}
	}
	return netip.Prefix{}, false
}

// covers reports whether an entry takes in the name whose end is given.
func (l *List) covers(e nameEnd) bool {
	k := scoped(e.key, 0)
	for at := sort.Search(len(l.names), func(i int) bool { return l.names[i] >= k }); at < len(l.names) && scoped(l.names[at], 0) == k; at++ {
		if scope(l.names[at]&uint64(scopeMask))&e.part != 0 {
			return true
		}
	}
	return false
}
