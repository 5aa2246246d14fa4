package detect

import (
	"slices"
	"sync"
)

// book is rules made ready for reading. It never changes, so that all share it.
type book struct {
	rules    []Rule
	tcp, udp map[Place]*hunt
}

// ownBook is that of the rules of the box.
var ownBook = sync.OnceValue(func() *book { return newBook(Rules()) })

func newBook(rules []Rule) *book {
	b := &book{rules: rules, tcp: make(map[Place]*hunt), udp: make(map[Place]*hunt)}
	for _, p := range places {
		b.tcp[p], b.udp[p] = newHunt(rules, p, false), newHunt(rules, p, true)
	}
	return b
}

// hunt is the lines of words of one place.
type hunt struct {
	lines  []line
	lookup *lookup // of the first word of each
}

// line is one line of words of a rule.
type line struct {
	rule  int
	words []string
}

func newHunt(rules []Rule, p Place, udp bool) *hunt {
	h := &hunt{}
	var first []string
	for i, r := range rules {
		if !slices.Contains(r.Where, p) || r.UDP != udp {
			continue
		}
		for _, w := range r.Words {
			h.lines = append(h.lines, line{i, w})
			first = append(first, w[0])
		}
	}
	h.lookup = newLookup(first)
	return h
}
