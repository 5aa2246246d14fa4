package lookalike

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The points of what speaks for an imitation. A word of a brand alone, where its own domain is not, is at the bar to
// observe; a common word is not, until other things come with it.
const (
	pointsWord    = 50  // the brand's word stands in the name
	pointsCommon  = 35  // a word that others may well use
	pointsSpelt   = 75  // a spelling that only looks like the word
	pointsScript  = 85  // likewise, with letters of another script, which nobody writes by accident
	pointsNear    = 55  // one letter off
	pointsCompany = 20  // words that such imitations put around it; at most two count
	pointsDomain  = 70  // the whole of its domain, and it is somebody else's
	pointsState   = 30  // the state's own ending within the name
	pointsInside  = 15  // it stands in front of somebody else's domain
	pointsFree    = 15  // a host where anybody gets a name, or an ending that imitations favour
	pointsHyphens = 10  // two hyphens or more
	pointsNumber  = 15  // three digits or more behind a word: two are a département
	pointsLoved   = -5  // of a brand about which many write
	pointsCarrier = -50 // beneath a network that carries pages under names made of their own: resolvers ask for such
	pointsAlone   = -25 // nothing but the word: often the brand itself, in another country; of a common one, whatever stands in front
)

// against scores the name as an imitation of a brand.
func (n parsed) against(b *form) Likeness {
	l := Likeness{Brand: b.Name}
	where := -1
	for i, word := range b.Words {
		if at, r := n.find(word, b.skeletons[i], b.Common); r.Points > l.points() {
			where, l.Reasons = at, []Reason{r}
		}
	}
	if at, r := n.whole(b); r.Points > l.points() {
		where, l.Reasons = at, []Reason{r}
	}
	if where < 0 {
		return Likeness{}
	}
	own := n.labels[len(n.labels)-1]
	if (len(n.labels) == 1 && !n.free || b.Common) && b.isCalled(own) {
		l.add("alone", own.text, pointsAlone)
	}
	for _, w := range n.company(b) {
		l.add("word", w, pointsCompany)
	}
	if n.state() {
		l.add("ending", "gouv", pointsState)
	}
	if n.carried() {
		l.add("beneath a carrier", own.text, pointsCarrier)
	}
	if where < len(n.labels)-1 && !(b.Host && n.labels[where].text == l.Reasons[0].Value) {
		l.add("in front of", own.text, pointsInside)
	}
	if n.free || favoured[n.top] {
		l.add("suffix", n.suffix, pointsFree)
	}
	if r := l.Reasons[0]; b.Loved && r.Name == "brand" && strings.Contains(n.labels[where].text, r.Value) {
		l.add("much written about", b.Name, pointsLoved)
	}
	if n.labels[where].numbered() {
		l.add("number", "", pointsNumber)
	}
	if n.hyphens() >= 2 {
		l.add("hyphens", "", pointsHyphens)
	}
	l.Score = max(0, min(100, l.points()))
	return l
}

func (l *Likeness) add(name, value string, points int) {
	l.Reasons = append(l.Reasons, Reason{name, value, points})
}

func (l *Likeness) points() (sum int) {
	for _, r := range l.Reasons {
		sum += r.Points
	}
	return sum
}

// find looks for a word in the labels, and gives the place of the label and what was found; -1 where it is in none. A
// short word must stand by itself, for it is in many others.
func (n parsed) find(word, looks string, common bool) (int, Reason) {
	points := pointsWord
	if common {
		points = pointsCommon
	}
	for i, l := range n.labels {
		if l.holds(word) {
			return i, Reason{"brand", word, points}
		}
	}
	for i, l := range n.folded {
		plain := n.labels[i].text
		if l.holds(looks) && (!common || len(word) > misread && strings.ContainsAny(plain[1:], "013457")) && (len(word) >= misread || len(plain) != utf8.RuneCountInString(plain)) {
			if strings.ContainsFunc(plain, foreign) {
				return i, Reason{"looks like, in another script,", plain, pointsScript}
			}
			return i, Reason{"looks like", plain, pointsSpelt}
		}
	}
	if len(word) < 7 || common {
		return -1, Reason{}
	}
	for i, l := range n.labels {
		for _, t := range l.tokens {
			if near(t, word) && t[0] == word[0] && (len(word) >= long || !strings.HasPrefix(word, t)) {
				return i, Reason{"one letter off", t, pointsNear}
			}
		}
	}
	return -1, Reason{}
}

// A word up to the length of short must stand by itself; one under that of misread is looked for in plain letters only,
// unless the name is in another script; one under that of long is another word without its last letter.
const (
	short   = 5
	misread = 5
	long    = 9
)

// foreign tells letters of the scripts whose letters look most like ours.
func foreign(r rune) bool {
	return unicode.In(r, unicode.Cyrillic, unicode.Greek, unicode.Armenian, unicode.Georgian, unicode.Hebrew, unicode.Arabic)
}

// whole looks for a domain of the brand, all of it, in front of somebody else's, and gives the place of its last label.
func (n parsed) whole(b *form) (int, Reason) {
	for _, d := range b.Domains {
		parts := strings.Split(d, ".")
		if len(parts) == 1 || len(b.Words) == 0 {
			continue // its own ending: in front of somebody else's domain it is the word alone
		}
		for i := range n.labels {
			if i+len(parts) < len(n.labels) && slices.EqualFunc(n.labels[i:i+len(parts)], parts, func(l label, p string) bool { return l.text == p }) {
				return i + len(parts) - 1, Reason{"domain", d, pointsDomain}
			}
		}
	}
	return -1, Reason{}
}

// isCalled reports whether a label is a word of the brand as the brand itself writes it. One with hyphens put in is not.
func (b *form) isCalled(l label) bool {
	if !slices.Contains(b.Words, l.bare) {
		return false
	}
	return l.text == l.bare || slices.ContainsFunc(b.Domains, func(d string) bool { return strings.HasPrefix(d, l.text+".") })
}

// company is the words around the brand that imitations use, two at most.
func (n parsed) company(b *form) (found []string) {
	for _, l := range n.labels {
		for _, w := range company {
			if len(found) == 2 {
				return found
			}
			told := slices.ContainsFunc(found, func(f string) bool { return strings.Contains(w, f) || strings.Contains(f, w) })
			if !told && !slices.Contains(b.Words, w) && (slices.Contains(l.tokens, w) || len(w) >= 5 && strings.Contains(l.text, w)) {
				found = append(found, w)
			}
		}
	}
	return found
}
