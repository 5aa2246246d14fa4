package feed

import (
	"net/netip"
	"slices"
)

// A list of resolvers (Info.Resolvers) stops nothing by itself: its names and addresses are those that a site closes, where it
// chose to have its devices ask in the clear.

// ResolverKeys gives the keys of the names on the lists of resolvers, one for each thing that is meant: the name itself (1) or
// what lies beneath it (2). The slice is made for the caller.
func (s *Set) ResolverKeys() (out []uint64) {
	for i, k := range s.names.keys {
		if !s.infos[s.names.lists[i]].Resolvers {
			continue
		}
		for _, part := range []scope{hostOnly, beneath} {
			if scope(k)&part != 0 {
				out = append(out, scoped(k, part))
			}
		}
	}
	return slices.Compact(out)
}

// IsResolver reports whether a list of resolvers has a name, or one above it.
func (s *Set) IsResolver(name string) bool {
	return slices.ContainsFunc(s.FindName(name), func(l NameListing) bool { return l.Info.Resolvers })
}

// ResolverAddresses gives the single addresses on the lists of resolvers, in order. The slice is made for the caller.
func (s *Set) ResolverAddresses() (out []netip.Addr) {
	for _, e := range s.watched4.entries {
		if p := e.prefix(); s.infos[e.list()].Resolvers && p.IsSingleIP() {
			out = append(out, p.Addr())
		}
	}
	for _, e := range s.watched6.entries {
		if p := e.prefix(); s.infos[e.list()].Resolvers && p.IsSingleIP() {
			out = append(out, p.Addr())
		}
	}
	return slices.Compact(out)
}
