package geo

import (
	"abri.example/abri"
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// french and english name regions by the Unicode CLDR, as golang.org/x/text carries it.
var (
	french  = display.Regions(language.French)
	english = display.Regions(language.English)
)

// renamed holds the names that differ from the library's CLDR 32 of 2017: two countries have changed their name since
// (SZ in April 2018, MK in February 2019), and two territories are better known by their short name than by their
// status.
var renamed = map[string]struct{ french, english string }{
	"HK": {"Hong Kong", "Hong Kong"},
	"MK": {"Macédoine du Nord", "North Macedonia"},
	"MO": {"Macao", "Macao"},
	"SZ": {"Eswatini", "Eswatini"},
}

// Name is what people call the country of an ISO 3166-1 alpha-2 code (two capitals) in the given language, without an
// article: "Pays-Bas", "Netherlands". A language other than French gives English. What is not the code of a country is
// given back as it came, so that a page shows something; the empty code stays empty.
func Name(code string, lang abri.Lang) string {
	if own, ok := renamed[code]; ok {
		if lang == abri.French {
			return own.french
		}
		return own.english
	}
	if !isCode(code) {
		return code
	}
	region, err := language.ParseRegion(code)
	if err != nil || !region.IsCountry() {
		return code
	}
	names := english
	if lang == abri.French {
		names = french
	}
	if name := names.Name(region); name != "" {
		return name
	}
	return code
}

// isCode keeps out the numbers and the three-letter codes that ParseRegion would take as well.
func isCode(code string) bool {
	return len(code) == 2 && 'A' <= code[0] && code[0] <= 'Z' && 'A' <= code[1] && code[1] <= 'Z'
}
