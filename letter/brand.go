package letter

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"abri.example/abri/names/lookalike"
)

// Brands gives what a Judge's Brand is, of the brands: whose name stands in the words that a sender shows. A brand whose
// words others use as well is not looked for.
func Brands(brands []lookalike.Brand) func(words string) (string, []string) {
	known := map[string]lookalike.Brand{}
	for _, b := range brands {
		if b.Common {
			continue
		}
		for _, w := range append([]string{strings.Join(tokens(b.Name), "")}, b.Words...) {
			if w = strings.Join(tokens(w), ""); len(w) >= 3 {
				known[w] = b
			}
		}
	}
	return func(words string) (string, []string) {
		shown := tokens(cut(words))
		for length := min(4, len(shown)); length > 0; length-- {
			for i := range len(shown) - length + 1 {
				if b, found := known[strings.Join(shown[i:i+length], "")]; found {
					return b.Name, b.Domains
				}
			}
		}
		return "", nil
	}
}

// tokens are the words of a text in lower case and without accents; points and hyphens part them too.
func tokens(text string) []string {
	bare := strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFKD.String(text))
	return strings.FieldsFunc(bare, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}
