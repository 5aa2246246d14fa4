// Package guarded holds the addresses and names that are never taken from a threat list: large resolvers, Microsoft 365,
// the giants of mail, content delivery networks, revocation servers, banks, the French State. Detectors still watch
// them; only lists don't apply. Each section of its files says whose it is, from which source and date, and under which
// licence.
//
// addresses.txt and names.txt are written by feed/guarded/gather from published lists of legitimate services;
// services.txt is kept by hand, each section with the page that owns the fact and the day it was entered. Its borders: it holds facts and judges nothing; feed.Guard does.
package guarded

import (
	_ "embed"
	"fmt"
	"net/netip"
	"strings"
	"sync"

	"abri.example/abri/feed"
)

//go:embed addresses.txt
var addresses string

//go:embed names.txt
var names string

//go:embed services.txt
var services string

// Section is one source of what is guarded: whose it is, where it is from and of which date, under which licence, and
// how much it holds.
type Section struct {
	Owner    string
	Source   string
	Licence  string
	Prefixes []feed.GuardedPrefix
	Names    []feed.GuardedName
}

// Default is the guard that every box starts with. It is made at the first call, in some milliseconds.
var Default = sync.OnceValue(func() *feed.Guard {
	var prefixes []feed.GuardedPrefix
	var all []feed.GuardedName
	for _, s := range Sections() {
		prefixes, all = append(prefixes, s.Prefixes...), append(all, s.Names...)
	}
	return feed.NewGuard(prefixes, all)
})

// Sections gives what is guarded, source by source.
func Sections() []Section {
	var out []Section
	for _, text := range []string{services, addresses, names} {
		for line := range strings.Lines(text) {
			line = strings.TrimSpace(line)
			if head, is := strings.CutPrefix(line, "@ "); is {
				out = append(out, newSection(head))
			} else {
				out[len(out)-1].add(line)
			}
		}
	}
	return out
}

func newSection(head string) Section {
	parts := strings.Split(head, " | ")
	if len(parts) != 3 {
		panic(fmt.Sprintf("guarded: the section %q does not say owner, source and licence", head))
	}
	return Section{Owner: parts[0], Source: parts[1], Licence: parts[2]}
}

// add takes one line: an address, a prefix, a name, or with a dot before it a name with everything beneath.
func (s *Section) add(line string) {
	if a, err := netip.ParseAddr(line); err == nil {
		s.Prefixes = append(s.Prefixes, feed.GuardedPrefix{Prefix: netip.PrefixFrom(a, a.BitLen()), Owner: s.Owner})
		return
	}
	if p, err := netip.ParsePrefix(line); err == nil {
		s.Prefixes = append(s.Prefixes, feed.GuardedPrefix{Prefix: p.Masked(), Owner: s.Owner})
		return
	}
	name, whole := strings.CutPrefix(line, ".")
	s.Names = append(s.Names, feed.GuardedName{Name: name, Whole: whole, Owner: s.Owner})
}
