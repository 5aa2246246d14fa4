package feed

import (
	"iter"
	"net/netip"
	"slices"

	"abri.example/abri"
)

// Set is what Merge made of some lists: what to enforce, and of any address who says what. It is immutable and safe for
// concurrent use. A look-up takes well under 10 µs with a million entries.
type Set struct {
	infos   []Info
	v4      table[entry4]
	v6      table[entry6]
	names   nameTable
	prints  map[string][]int
	rules   []NameRule
	ofLists int            // how many of rules are of lists; the rest are people's words
	ruled   map[uint64]int // the last of rules, by its key
	spared4 table[entry4]
	spared6 table[entry6]

	watched4 table[entry4] // of the lists that only observe
	watched6 table[entry6]

	makeup makeup
}

var _ abri.Listings = (*Set)(nil)

// Len is the number of prefixes to enforce: those of V4 and V6 together.
func (s *Set) Len() int { return s.v4.outer + s.v6.outer }

// V4 gives the IPv4 prefixes to enforce as address<<8 | prefix length, sorted and unique; entries that a wider one
// covers are left out, so no two overlap. The slice is made for the caller.
func (s *Set) V4() []uint64 {
	return slices.AppendSeq(make([]uint64, 0, s.Len4()), s.Each4)
}

// Each4 gives the IPv4 prefixes of V4 one by one, and Len4 how many there are.
func (s *Set) Each4(yield func(uint64) bool) {
	s.v4.outermost(func(e entry4) bool { return yield(e.key()) })
}

// Len4 is how many IPv4 prefixes there are to enforce.
func (s *Set) Len4() int { return s.v4.outer }

// V6 gives the IPv6 prefixes to enforce, sorted and unique, no two of them overlapping. The slice is made for the
// caller.
func (s *Set) V6() []Prefix6 {
	return slices.AppendSeq(make([]Prefix6, 0, s.Len6()), s.Each6)
}

// Each6 gives the IPv6 prefixes of V6 one by one, and Len6 how many there are.
func (s *Set) Each6(yield func(Prefix6) bool) {
	s.v6.outermost(func(e entry6) bool { return yield(e.prefix6()) })
}

// Len6 is how many IPv6 prefixes there are to enforce.
func (s *Set) Len6() int { return s.v6.outer }

// Find gives the most specific entry that holds addr, the first list's where several have it, and false when no list
// holds addr or when it is one of Merge's exceptions. An IPv4 address written in IPv6 is taken as IPv4; a zone is
// ignored.
func (s *Set) Find(addr netip.Addr) (abri.Listing, bool) {
	for list, entry := range s.holding(addr, s.v4, s.v6) {
		return s.infos[list].listing(entry), true
	}
	return abri.Listing{}, false
}

// All names every enforced list that holds addr, each with its most specific entry, the most specific first and the
// lists of one entry in the order of Merge. It is empty when Find is false.
func (s *Set) All(addr netip.Addr) []abri.Listing { return s.every(addr, s.v4, s.v6) }

// Observed is All for the lists that only observe.
func (s *Set) Observed(addr netip.Addr) []abri.Listing { return s.every(addr, s.watched4, s.watched6) }

func (s *Set) every(addr netip.Addr, v4 table[entry4], v6 table[entry6]) []abri.Listing {
	var out []abri.Listing
	var named []int
	for list, entry := range s.holding(addr, v4, v6) {
		if !slices.Contains(named, list) {
			named = append(named, list)
			out = append(out, s.infos[list].listing(entry))
		}
	}
	return out
}

// holding gives the entries of two tables that hold addr, from the narrowest out, each with the place of its list.
func (s *Set) holding(addr netip.Addr, v4 table[entry4], v6 table[entry6]) iter.Seq2[int, netip.Prefix] {
	return func(yield func(int, netip.Prefix) bool) {
		switch addr = addr.Unmap().WithZone(""); {
		case addr.Is4() && s.spared4.find(point4(addr)) == none:
			for e := range v4.holding(point4(addr)) {
				if !yield(e.list(), e.prefix()) {
					return
				}
			}
		case addr.Is6() && s.spared6.find(point6(addr)) == none:
			for e := range v6.holding(point6(addr)) {
				if !yield(e.list(), e.prefix()) {
					return
				}
			}
		}
	}
}
