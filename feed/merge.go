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
func Merge(lists []*List, except []netip.Prefix) *Set {
	s := &Set{names: mergeNames(lists), prints: mergePrints(lists), spared4: newTable(exceptions4(except)), spared6: newTable(exceptions6(except))}
	for _, l := range lists {
		s.infos = append(s.infos, l.info)
	}
	s.rules, s.ruled = mergeRules(lists)
	s.ofLists = len(s.rules)
	s.v4, s.v6 = s.tables(lists, false)
	s.watched4, s.watched6 = s.tables(lists, true)
	return s
}

// tables makes the tables of the lists that are enforced, or of those that only observe.
func (s *Set) tables(lists []*List, observe bool) (table[entry4], table[entry6]) {
	var n4, n6 int
	for _, l := range lists {
		if l.info.Observe == observe {
			n4, n6 = n4+l.Len4(), n6+l.Len6()
		}
	}
	v4, v6 := make([]entry4, 0, n4), make([]entry6, 0, n6)
	for i, l := range lists {
		if l.info.Observe != observe {
			continue
		}
		for _, key := range l.v4 {
			if e := newEntry4(key, i); s.spared4.find(e) == none {
				v4 = append(v4, e)
			}
		}
		for _, p := range l.v6 {
			if e := newEntry6(p, i); s.spared6.find(e) == none {
				v6 = append(v6, e)
			}
		}
	}
	slices.Sort(v4)
	slices.SortFunc(v6, entry6.compare)
	return newTable(v4), newTable(v6)
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
