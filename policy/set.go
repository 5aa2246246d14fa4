package policy

import (
	"net/netip"
	"slices"
	"time"

	"abri.example/abri"
)

// set is entries by prefix. A look-up asks one map for each prefix length that occurs: people's choices have few
// lengths, so this is as fast as a tree, and much shorter. It is never written after newSet.
type set struct {
	entries map[netip.Prefix]Entry
	v4, v6  []int // the lengths that occur, longest first
}

// newSet makes a set whose entries carry the rule in their Why. Of two entries with the same prefix the one that lasts
// longer stays. An IPv4 prefix in IPv6 form is taken for what it means.
func newSet(rule abri.Rule, entries []Entry) (set, error) {
	s := set{entries: make(map[netip.Prefix]Entry, len(entries))}
	for _, e := range entries {
		if e.Prefix.Addr().Is4In6() && e.Prefix.Bits() >= 96 {
			e.Prefix = netip.PrefixFrom(e.Prefix.Addr().Unmap(), e.Prefix.Bits()-96)
		}
		if !e.Prefix.IsValid() {
			return set{}, &abri.Error{
				Code:   abri.CodeInvalid,
				Place:  string(rule),
				What:   "an entry without a valid prefix",
				Remedy: "give an address or a network such as 192.0.2.0/24",
			}
		}
		e.Prefix = e.Prefix.Masked()
		e.Why.Rule, e.Why.Entry = rule, e.Prefix
		if other, ok := s.entries[e.Prefix]; ok && lasts(other.Until, e.Until) {
			continue
		}
		s.entries[e.Prefix] = e
		s.note(e.Prefix)
	}
	return s, nil
}

// note records the length of a prefix.
func (s *set) note(p netip.Prefix) {
	lengths := &s.v6
	if p.Addr().Is4() {
		lengths = &s.v4
	}
	i, found := slices.BinarySearchFunc(*lengths, p.Bits(), func(a, b int) int { return b - a })
	if !found {
		*lengths = slices.Insert(*lengths, i, p.Bits())
	}
}

// find gives the narrowest entry that holds a and has not run out.
func (s *set) find(a netip.Addr, at time.Time) (Entry, bool) {
	if len(s.entries) == 0 {
		return Entry{}, false
	}
	a = a.Unmap()
	lengths := s.v6
	if a.Is4() {
		lengths = s.v4
	}
	for _, bits := range lengths {
		p, err := a.Prefix(bits)
		if err != nil {
			break // the zero address
		}
		if e, ok := s.entries[p]; ok && (e.Until.IsZero() || at.Before(e.Until)) {
			return e, true
		}
	}
	return Entry{}, false
}

// lasts reports whether an entry until a lasts at least as long as one until b; the zero time is for ever.
func lasts(a, b time.Time) bool { return a.IsZero() || !b.IsZero() && !a.Before(b) }
