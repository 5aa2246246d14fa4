package lookalike

import "strings"

// looks gives, for a letter or digit, the plain letter that it is taken for. It holds the ones seen in imitations out of
// Unicode's confusables (UTS 39): Cyrillic, Greek, letters with marks, and digits. i, l and 1 are one letter.
var looks = strings.NewReplacer(
	"rn", "m", "vv", "w", "cl", "d",
	"0", "o", "1", "l", "3", "e", "4", "a", "5", "s", "7", "t", "8", "b", "9", "g", "i", "l", "|", "l", "!", "l", "$", "s",
	"à", "a", "á", "a", "â", "a", "ã", "a", "ä", "a", "å", "a", "ā", "a", "ă", "a", "ą", "a", "ạ", "a", "а", "a", "α", "a", "ɑ", "a",
	"ḃ", "b", "ƅ", "b", "Ь", "b", "ь", "b",
	"ç", "c", "ć", "c", "č", "c", "ċ", "c", "с", "c", "ϲ", "c",
	"ď", "d", "đ", "d", "ḍ", "d", "ԁ", "d", "ɗ", "d",
	"è", "e", "é", "e", "ê", "e", "ë", "e", "ē", "e", "ė", "e", "ę", "e", "ě", "e", "ẹ", "e", "е", "e", "ё", "e", "ҽ", "e", "ε", "e",
	"ƒ", "f", "ğ", "g", "ġ", "g", "ģ", "g", "ɡ", "g",
	"ħ", "h", "һ", "h", "ḥ", "h",
	"ì", "l", "í", "l", "î", "l", "ï", "l", "ī", "l", "į", "l", "ı", "l", "і", "l", "ї", "l", "ι", "l", "ị", "l", "ł", "l", "ľ", "l", "ĺ", "l", "ļ", "l", "ӏ", "l", "ḷ", "l",
	"ĵ", "j", "ј", "j", "ķ", "k", "κ", "k", "к", "k", "ḳ", "k",
	"м", "m", "ṃ", "m", "ñ", "n", "ń", "n", "ň", "n", "ņ", "n", "ṇ", "n", "п", "n", "η", "n",
	"ò", "o", "ó", "o", "ô", "o", "õ", "o", "ö", "o", "ø", "o", "ō", "o", "ő", "o", "ọ", "o", "о", "o", "ο", "o", "σ", "o", "օ", "o",
	"р", "p", "ρ", "p", "þ", "p", "ԛ", "q", "ŕ", "r", "ř", "r", "г", "r", "ṛ", "r",
	"ś", "s", "ş", "s", "š", "s", "ș", "s", "ѕ", "s", "ṣ", "s",
	"ţ", "t", "ť", "t", "ț", "t", "т", "t", "τ", "t", "ṭ", "t",
	"ù", "u", "ú", "u", "û", "u", "ü", "u", "ū", "u", "ů", "u", "ų", "u", "ụ", "u", "υ", "u", "ц", "u",
	"ν", "v", "ѵ", "v", "ŵ", "w", "ԝ", "w", "ω", "w", "х", "x", "χ", "x", "ý", "y", "ÿ", "y", "у", "y", "γ", "y", "ү", "y",
	"ź", "z", "ż", "z", "ž", "z",
)

// skeleton is what a word looks like at a glance: two that look alike have one skeleton. Its result is only compared.
func skeleton(word string) string { return looks.Replace(word) }

// near reports whether two words differ by one letter: put in, left out, another, or two changed over.
func near(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 || a == b {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if len(a) < len(b) {
		return a[i:] == b[i+1:]
	}
	return a[i+1:] == b[i+1:] || i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
}
