package lookalike

import (
	"slices"
	"strings"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"
)

// parsed is a name taken apart.
type parsed struct {
	labels []label // before the public suffix, as they are read
	folded []label // the same, each letter for what it looks like
	suffix string
	top    string // its last label
	free   bool   // the suffix is one where anybody gets a name for nothing
}

// label is what stands between two points.
type label struct {
	text   string
	bare   string   // without hyphens
	tokens []string // between hyphens and underscores, without digits at their ends
}

func newLabel(text string) label {
	l := label{text: text, bare: strings.ReplaceAll(text, "-", "")}
	for t := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == '-' || r == '_' }) {
		if t = strings.Trim(t, "0123456789"); t != "" {
			l.tokens = append(l.tokens, t)
		}
	}
	return l
}

// numbered reports whether three digits or more end one of its words.
func (l label) numbered() bool {
	for t := range strings.FieldsFuncSeq(l.text, func(r rune) bool { return r == '-' || r == '_' }) {
		if digits := len(t) - len(strings.TrimRight(t, "0123456789")); digits >= 3 && digits < len(t) {
			return true
		}
	}
	return false
}

// readable is how long a label in one piece may be for a person to take it for something. Longer ones are cargo.
const readable = 40

// parse takes a name apart. One that is not of the Internet, or not of a host, has no labels.
func parse(name string) parsed {
	suffix, icann := publicsuffix.PublicSuffix(name)
	n := parsed{suffix: suffix, top: suffix[strings.LastIndexByte(suffix, '.')+1:], free: !icann && strings.Contains(suffix, ".")}
	if !icann && !n.free || n.top == "arpa" || strings.HasPrefix(name, "_") || strings.Contains(name, "._") {
		return n
	}
	site := strings.TrimSuffix(strings.TrimSuffix(name, suffix), ".")
	if read, err := idna.Punycode.ToUnicode(site); err == nil {
		site = read
	}
	for l := range strings.SplitSeq(site, ".") {
		if l != "" && l != "www" && (len(l) <= readable || strings.Contains(l, "-")) {
			l = ordinary.Replace(l)
			n.labels = append(n.labels, newLabel(l))
			n.folded = append(n.folded, newLabel(skeleton(l)))
		}
	}
	return n
}

// hyphens is how many there are.
func (n parsed) hyphens() (sum int) {
	for _, l := range n.labels {
		sum += strings.Count(l.text, "-")
	}
	return sum
}

// state reports whether the name holds the ending of the French state's names, and is none of them.
func (n parsed) state() bool {
	return slices.ContainsFunc(n.labels, func(l label) bool { return slices.Contains(l.tokens, "gouv") || slices.Contains(l.tokens, "gov") })
}

// carriers are in the names of networks that carry others' pages; of the endings where anybody gets a name for nothing many
// have "dns" in theirs, and these have not.
var carriers = []string{"cdn", "dns", "gslb", "akam", "msedge", "fastly"}

// carried reports whether the name stands beneath a network that carries others' pages: what is in front of it is whose page
// it carries.
func (n parsed) carried() bool {
	own := n.labels[len(n.labels)-1].text
	return len(n.labels) > 1 && slices.ContainsFunc(carriers, func(c string) bool {
		return strings.Contains(own, c) || c != "dns" && strings.Contains(n.suffix, c)
	})
}

// holds reports whether a label holds a word: as one of its parts, or, of a long one, anywhere, hyphens left out. A
// short one may also stand before or after a word of company.
func (l label) holds(word string) bool {
	if len(word) > short {
		return strings.Contains(l.text, word) || strings.Contains(l.bare, word)
	}
	if l.bare == word || slices.Contains(l.tokens, word) {
		return true
	}
	rest, ok := strings.CutPrefix(l.text, word)
	if !ok {
		rest, ok = strings.CutSuffix(l.text, word)
	}
	return ok && len(word) >= 3 && slices.Contains(company, strings.Trim(rest, "-0123456789"))
}
