// Package lookalike tells names that imitate others: homoglyphs, digits for letters, words put around a brand.
//
// A Judge knows brands, the site's own name among them, and gives a name a score with its reasons. Nobody who looks at a
// name only can know who stands behind it, so a score is a reason to look, and above Block a reason to stop; what the site
// has long asked for the caller says by Habit. Askers tell who means to go where they ask from who looks names up.
// No clock, disk or network: time is an argument.
// Imports: the standard library, and golang.org/x/net for public suffixes and names in other scripts, and golang.org/x/text for letters
// with marks.
package lookalike

import (
	"slices"
	"strconv"
	"strings"
)

// The bars of a score, which goes from 0 to 100. From Observe on a name is told, from Block on it may be stopped.
const (
	Observe = 50
	Block   = 80
)

// Reason is one thing that speaks for an imitation, such as {"word", "remboursement", 20}.
type Reason struct {
	Name   string
	Value  string
	Points int
}

// Likeness is what a name looks like. The zero Likeness is that of a name that imitates nobody.
type Likeness struct {
	Brand   string // the imitated one, as people write it
	Score   int
	Reasons []Reason
}

// What was asked for here on so many earlier days is a habit of the site, and speaks against an imitation, which lives for a
// day or two: it stops no more, and is told only where much speaks for it.
const (
	habit       = 3
	pointsHabit = -40
)

// Habit weighs on how many earlier days the site asked for the name.
func (l Likeness) Habit(days int) Likeness {
	if days < habit || l.Score == 0 {
		return l
	}
	l.Reasons = slices.Clone(l.Reasons)
	l.add("asked for here on earlier days:", strconv.Itoa(days), pointsHabit-max(0, l.points()-100))
	l.Score = max(0, l.points())
	return l
}

// Judge tells imitations. It is immutable and safe for concurrent use.
type Judge struct {
	brands []form
	owned  map[string]bool
}

// form is a brand as it is looked for.
type form struct {
	Brand
	skeletons []string // of its words, in the order of Words
}

// New gives a Judge of the brands, mostly Brands() with the site's own.
func New(brands []Brand) *Judge {
	j := &Judge{owned: map[string]bool{}}
	for _, b := range brands {
		f := form{Brand: b}
		for _, w := range b.Words {
			f.skeletons = append(f.skeletons, skeleton(w))
		}
		for _, d := range b.Domains {
			j.owned[d] = true
		}
		j.brands = append(j.brands, f)
	}
	return j
}

// Judge scores a name, in any case, with or without a last point, in ASCII or as it is read. Where several brands are in
// it the highest score counts.
func (j *Judge) Judge(name string) Likeness {
	name = strings.TrimSuffix(strings.ToLower(name), ".")
	if j.own(name) {
		return Likeness{}
	}
	n := parse(name)
	var best Likeness
	for i := range j.brands {
		if l := n.against(&j.brands[i]); l.Score > best.Score {
			best = l
		}
	}
	return best
}

// own reports whether a name, or one above it, belongs to a brand.
func (j *Judge) own(name string) bool {
	for {
		if j.owned[name] {
			return true
		}
		_, above, ok := strings.Cut(name, ".")
		if !ok {
			return false
		}
		name = above
	}
}
