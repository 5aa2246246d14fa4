package feed

import (
	"bytes"
	"cmp"
	"net/netip"
	"slices"
	"sort"
)

// Guard holds the addresses and names that are never taken from a list: those of services that a site cannot do
// without, whoever lists them. What a line names of them is refused, and the rest of the line stays. It is immutable
// and safe for concurrent use; a nil Guard guards nothing.
type Guard struct {
	spans []guardedSpan // in order, none overlapping another
	names map[uint64]guardedName
}

// GuardedPrefix is a prefix without host bits, and whose it is.
type GuardedPrefix struct {
	Prefix netip.Prefix
	Owner  string
}

// GuardedName is a name in lower case, and whose it is. Whole guards everything beneath it too.
type GuardedName struct {
	Name  string
	Whole bool
	Owner string
}

type guardedSpan struct {
	span
	owner string
}

// guardedName is what is known of one name: that it is guarded, that everything beneath it is, or that something is.
type guardedName struct {
	itself, whole, above bool
	owner                string
}

// NewGuard makes a guard. Prefixes may lie in one another.
func NewGuard(prefixes []GuardedPrefix, names []GuardedName) *Guard {
	g := &Guard{names: make(map[uint64]guardedName, 2*len(names))}
	sorted := slices.Clone(prefixes)
	slices.SortFunc(sorted, func(a, b GuardedPrefix) int {
		return cmp.Or(a.Prefix.Addr().Compare(b.Prefix.Addr()), cmp.Compare(a.Prefix.Bits(), b.Prefix.Bits()))
	})
	for _, p := range sorted {
		s := spanOf(p.Prefix.Masked())
		if n := len(g.spans); n > 0 && s.last.Compare(g.spans[n-1].last) <= 0 {
			continue // within the one before
		}
		g.spans = append(g.spans, guardedSpan{s, p.Owner})
	}
	for _, n := range names {
		g.addName(n)
	}
	return g
}

func (g *Guard) addName(n GuardedName) {
	name := []byte(n.Name)
	key := nameKey(name, 0)
	known := g.names[key]
	known.itself, known.whole = true, known.whole || n.Whole
	known.owner = cmp.Or(known.owner, n.Owner)
	g.names[key] = known
	for parent := range parents(name) {
		key := nameKey(parent, 0)
		above := g.names[key]
		above.above = true
		if !above.itself {
			above.owner = cmp.Or(above.owner, n.Owner)
		}
		g.names[key] = above
	}
}

// parents gives what stands above a name, from the nearest up.
func parents(name []byte) func(func([]byte) bool) {
	return func(yield func([]byte) bool) {
		for {
			dot := bytes.IndexByte(name, '.')
			if dot < 0 {
				return
			}
			if name = name[dot+1:]; !yield(name) {
				return
			}
		}
	}
}

// spare gives what is left of s without the guarded addresses, and whose the first of them are; owner is empty when s
// holds none.
func (g *Guard) spare(s span, rest []span) (_ []span, owner string) {
	if g == nil {
		return append(rest, s), ""
	}
	at := g.from(s.first)
	for ; at < len(g.spans) && g.spans[at].first.Compare(s.last) <= 0; at++ {
		hit := g.spans[at]
		owner = cmp.Or(owner, hit.owner)
		if s.first.Less(hit.first) {
			rest = append(rest, span{s.first, hit.first.Prev()})
		}
		if hit.last.Compare(s.last) >= 0 {
			return rest, owner
		}
		s.first = hit.last.Next()
	}
	return append(rest, s), owner
}

// from is the place of the first span that does not end before a.
func (g *Guard) from(a netip.Addr) int {
	return sort.Search(len(g.spans), func(i int) bool { return g.spans[i].last.Compare(a) >= 0 })
}

// coversName gives whose guarded name an entry would touch, or nothing.
func (g *Guard) coversName(name []byte, s scope) (owner string) {
	if g == nil {
		return ""
	}
	for end, k := range seed.Above(name) {
		switch known := g.names[scoped(k, 0)]; {
		case known.whole:
			owner = known.owner
		case len(end) < len(name):
		case known.itself && s != beneath || known.above && s != hostOnly:
			owner = known.owner
		}
	}
	return owner
}

// Address gives whose guarded address a is, and false when it is nobody's.
func (g *Guard) Address(a netip.Addr) (owner string, ok bool) {
	if g == nil {
		return "", false
	}
	a = a.Unmap().WithZone("")
	if at := g.from(a); at < len(g.spans) && g.spans[at].first.Compare(a) <= 0 {
		return g.spans[at].owner, true
	}
	return "", false
}

// Name gives whose guarded name it is, and false when it is nobody's. The name is in lower case.
func (g *Guard) Name(name string) (owner string, ok bool) {
	owner = g.coversName([]byte(name), hostOnly)
	return owner, owner != ""
}
