package geo

import (
	"testing"

	"abri.example/abri"
)

func TestName(t *testing.T) {
	for _, c := range []struct{ code, french, english string }{
		{"FR", "France", "France"},
		{"DE", "Allemagne", "Germany"},
		{"US", "États-Unis", "United States"},
		{"GB", "Royaume-Uni", "United Kingdom"},
		{"CN", "Chine", "China"},
		{"RU", "Russie", "Russia"},
		{"NL", "Pays-Bas", "Netherlands"},
		{"CZ", "Tchéquie", "Czechia"},
		{"RE", "La Réunion", "Réunion"},
		{"HK", "Hong Kong", "Hong Kong"},
		{"MO", "Macao", "Macao"},
		{"MK", "Macédoine du Nord", "North Macedonia"},
		{"SZ", "Eswatini", "Eswatini"},
	} {
		if got := Name(c.code, abri.French); got != c.french {
			t.Errorf("Name(%s, fr) = %q, want %q", c.code, got, c.french)
		}
		if got := Name(c.code, abri.English); got != c.english {
			t.Errorf("Name(%s, en) = %q, want %q", c.code, got, c.english)
		}
	}
}

func TestWhatIsNoCountryComesBackAsItCame(t *testing.T) {
	for _, code := range []string{"", "fr", "FRA", "250", "150", "ZZ", "QQ", "1A", "F", "<b>"} {
		if got := Name(code, abri.French); got != code {
			t.Errorf("Name(%q) = %q, want it unchanged", code, got)
		}
	}
}

func TestAnotherLanguageIsAnsweredInEnglish(t *testing.T) {
	if got := Name("ES", abri.Lang("de")); got != "Spain" {
		t.Errorf(`Name("ES", "de") = %q, want "Spain"`, got)
	}
}
