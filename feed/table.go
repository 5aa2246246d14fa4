package feed

import (
	"iter"
	"sort"
)

// table finds the entries that hold an address. It is sorted, and each entry knows its parent, the narrowest other
// entry that holds it: so a search is one bisection and a short climb. Equal prefixes of several lists are each other's
// parents, the first list lowest.
type table[E entry[E]] struct {
	entries []E
	parents []int32 // place of the parent in entries, none for the outermost
	outer   int     // how many entries have no parent
}

const none = -1

// newTable makes a table of sorted entries, and keeps them.
func newTable[E entry[E]](sorted []E) table[E] {
	t := table[E]{entries: sorted, parents: make([]int32, len(sorted))}
	for i, e := range sorted {
		// What holds e sorts before it, and prefixes nest or are apart: it is the entry before, or an ancestor of that.
		t.parents[i] = t.climb(int32(i-1), e)
		if t.parents[i] == none {
			t.outer++
		}
	}
	return t
}

// climb is the first of i and its ancestors that holds e, or none.
func (t table[E]) climb(i int32, e E) int32 {
	for i != none && !t.entries[i].holds(e) {
		i = t.parents[i]
	}
	return i
}

// find is the narrowest entry that holds e, the first list's among equals, or none.
func (t table[E]) find(e E) int32 {
	after := sort.Search(len(t.entries), func(i int) bool { return t.entries[i].compare(e) > 0 })
	return t.climb(int32(after-1), e)
}

// holding gives every entry that holds e, from the narrowest out.
func (t table[E]) holding(e E) iter.Seq[E] {
	return func(yield func(E) bool) {
		for i := t.find(e); i != none && yield(t.entries[i]); {
			i = t.parents[i]
		}
	}
}

// outermost gives the entries that no other one holds, in order: together they cover what the whole table covers, and
// no two of them overlap.
func (t table[E]) outermost(yield func(E) bool) {
	for i, e := range t.entries {
		if t.parents[i] == none && !yield(e) {
			return
		}
	}
}
