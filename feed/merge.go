package feed

import (
	"net/netip"
	"slices"
)

// Merge joins lists into one set. Where several lists hold the same prefix, the first of them is the one that Find
// names, so their order is their rank. Lists with Observe stand apart: they stop nothing, and only Observed names them.
//
// The exceptions (the site's own addresses, gateway, resolvers) are never enforced: an entry that lies inside one is
// left out. An entry that holds an exception and more stays whole, for cutting it up would change what its publisher
// said; the gate's exempt table passes the exception there, and Find and All answer nothing for it. Exceptions may have
// host bits set, which are ignored; invalid ones are skipped.
//
// It takes 12 bytes an entry for IPv4, 28 for IPv6 and 10 for a name; the lists may be let go afterwards.
func Merge(lists []*List, except []netip.Prefix) *Set { return (*Set)(nil).Next(lists, except) }

// Next is Merge for lists of which some are those that s was made of: what did not change is shared with s, and takes
// neither time nor memory again. A nil s shares nothing.
func (s *Set) Next(lists []*List, except []netip.Prefix) *Set {
	next := &Set{prints: mergePrints(lists), spared4: newTable(exceptions4(except)), spared6: newTable(exceptions6(except)), makeup: makeupOf(lists)}
	for _, l := range lists {
		next.infos = append(next.infos, l.info)
	}
	next.rules, next.ruled = mergeRules(lists)
	next.ofLists = len(next.rules)
	same := s != nil && len(except) == 0 && len(s.spared4.entries)+len(s.spared6.entries) == 0
	if same && slices.Equal(s.makeup.names, next.makeup.names) {
		next.names = s.names
	} else {
		next.names = mergeNames(lists)
	}
	if same && slices.Equal(s.makeup.v4, next.makeup.v4) {
		next.v4, next.watched4 = s.v4, s.watched4
	} else {
		next.v4, next.watched4 = next.table4(lists, false), next.table4(lists, true)
	}
	if same && slices.Equal(s.makeup.v6, next.makeup.v6) {
		next.v6, next.watched6 = s.v6, s.watched6
	} else {
		next.v6, next.watched6 = next.table6(lists, false), next.table6(lists, true)
	}
	return next
}

// makeup is of which lists each part of a Set is made: the number of each list that has something of it, by its place, and
// 0 for one that has nothing.
type makeup struct{ v4, v6, names []uint64 }

func makeupOf(lists []*List) (m makeup) {
	of := func(l *List, n int) uint64 {
		switch {
		case n == 0:
			return 0
		case l.info.Observe:
			return l.number<<1 | 1
		}
		return l.number << 1
	}
	for _, l := range lists {
		m.v4, m.v6, m.names = append(m.v4, of(l, l.Len4())), append(m.v6, of(l, l.Len6())), append(m.names, of(l, l.Names()))
	}
	return m
}

// table4 makes the IPv4 table of the lists that are enforced, or of those that only observe.
func (s *Set) table4(lists []*List, observe bool) table[entry4] {
	n := 0
	for _, l := range lists {
		if l.info.Observe == observe {
			n += l.Len4()
		}
	}
	all := make([]entry4, 0, n)
	for i, l := range lists {
		if l.info.Observe != observe {
			continue
		}
		for _, key := range l.v4 {
			if e := newEntry4(key, i); s.spared4.find(e) == none {
				all = append(all, e)
			}
		}
	}
	slices.Sort(all)
	return newTable(all)
}

// table6 is table4 for IPv6.
func (s *Set) table6(lists []*List, observe bool) table[entry6] {
	n := 0
	for _, l := range lists {
		if l.info.Observe == observe {
			n += l.Len6()
		}
	}
	all := make([]entry6, 0, n)
	for i, l := range lists {
		if l.info.Observe != observe {
			continue
		}
		for _, p := range l.v6 {
			if e := newEntry6(p, i); s.spared6.find(e) == none {
				all = append(all, e)
			}
		}
	}
	slices.SortFunc(all, entry6.compare)
	return newTable(all)
}

// exceptions4 are the IPv4 ones of except, sorted. As of the last list they sort before every entry of the same prefix,
// so that a search for that entry meets them.
func exceptions4(except []netip.Prefix) []entry4 {
	var out []entry4
	for _, p := range except {
		if p = unmapped(p); p.IsValid() && p.Addr().Is4() {
			out = append(out, newEntry4(key4(p), lastList))
		}
	}
	slices.Sort(out)
	return out
}

func exceptions6(except []netip.Prefix) []entry6 {
	var out []entry6
	for _, p := range except {
		if p = unmapped(p); p.IsValid() && !p.Addr().Is4() {
			out = append(out, newEntry6(prefix6(p), lastList))
		}
	}
	slices.SortFunc(out, entry6.compare)
	return out
}

// unmapped is p without host bits, and as IPv4 when it is an IPv4 prefix written in IPv6.
func unmapped(p netip.Prefix) netip.Prefix {
	if p.Addr().Is4In6() && p.Bits() >= 96 {
		p = netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-96)
	}
	return p.Masked()
}
