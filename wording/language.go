// Package wording says numbers, days and hours in French and English, and in which of the two a reader of pages wants
// them. It holds no words of its own but those of the calendar; time is an argument.
package wording

import (
	"net/http"
	"strconv"
	"strings"

	"abri.example/abri"
)

// languageCookie keeps the reader's choice; it holds "fr" or "en" and nothing else.
const languageCookie = "lang"

// Language is the one to answer in: the reader's choice now (?lang=), the choice kept in the cookie, what the browser
// prefers, and for a browser that prefers none the site's own.
func Language(r *http.Request, own abri.Lang) abri.Lang {
	if l, ok := chosen(r); ok {
		return l
	}
	if c, err := r.Cookie(languageCookie); err == nil {
		if l, ok := known(c.Value); ok {
			return l
		}
	}
	return preferred(r.Header.Get("Accept-Language"), own)
}

// chosen is the language the reader asks for in the address.
func chosen(r *http.Request) (abri.Lang, bool) { return known(r.URL.Query().Get("lang")) }

func known(word string) (abri.Lang, bool) {
	l := abri.Lang(word)
	return l, l == abri.French || l == abri.English
}

// Remember keeps a choice made in the address for a year.
func Remember(w http.ResponseWriter, r *http.Request) {
	if l, ok := chosen(r); ok {
		http.SetCookie(w, &http.Cookie{
			Name: languageCookie, Value: string(l), Path: "/", MaxAge: 365 * 24 * 3600,
			HttpOnly: true, SameSite: http.SameSiteStrictMode,
		})
	}
}

// preferred reads Accept-Language (RFC 9110, section 12.5.4): of French and English the one that weighs more; when neither
// does, the site's own, which is French unless it says English. What cannot be read counts for nothing.
func preferred(header string, own abri.Lang) abri.Lang {
	if len(header) > 512 { // a browser sends fewer than a hundred bytes
		header = header[:512]
	}
	weight := map[string]float64{}
	for part := range strings.SplitSeq(header, ",") {
		tag, params, _ := strings.Cut(strings.TrimSpace(part), ";")
		base, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(tag)), "-")
		if q := quality(params); q > weight[base] {
			weight[base] = q
		}
	}
	switch {
	case weight["en"] > weight["fr"], weight["en"] == weight["fr"] && own == abri.English:
		return abri.English
	}
	return abri.French
}

// quality is the weight in "q=0.8": 1 when it is absent, 0 when it cannot be read.
func quality(params string) float64 {
	value, found := strings.CutPrefix(strings.TrimSpace(params), "q=")
	if !found {
		return 1
	}
	q, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	if err != nil || q < 0 || q > 1 {
		return 0
	}
	return q
}

// Other is the language one may switch to.
func Other(l abri.Lang) abri.Lang {
	if l == abri.French {
		return abri.English
	}
	return abri.French
}

// spaced keeps French punctuation on the line of its word: a no-break space before « : » and inside the quotation marks, a
// narrow one before the others (Imprimerie nationale, Lexique des règles typographiques).
var spaced = strings.NewReplacer(
	" : ", "\u00a0: ", "« ", "«\u00a0", " »", "\u00a0»", " ?", "\u202f?", " !", "\u202f!", " ;", "\u202f;",
)

// Pick chooses between French and English, with the spaces that French puts before its tall punctuation.
func Pick(l abri.Lang, french, english string) string {
	if l == abri.English {
		return english
	}
	return spaced.Replace(french)
}
