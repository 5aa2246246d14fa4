package lookalike

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// looks gives, for a letter or digit, the plain letter that it is taken for, out of Unicode's confusables (UTS 39): those that
// may stand in a name of the Internet (IDNA 2008), of the scripts whose letters look like ours, and digits. Marks above and
// below are gone by then. i, l and 1 are one letter.
var looks = strings.NewReplacer(
	"rn", "m", "vv", "w", "cl", "d",
	"0", "o", "1", "l", "3", "e", "4", "a", "5", "s", "7", "t", "8", "b", "9", "g", "i", "l", "|", "l", "!", "l", "$", "s",
	"а", "a", "α", "a", "ɑ", "a", "ᴀ", "a", "ь", "b", "ƅ", "b", "β", "b", "ɓ", "b", "ƀ", "b", "ʙ", "b", "в", "b",
	"с", "c", "ϲ", "c", "ς", "c", "ᴄ", "c", "ƈ", "c", "ⅽ", "c", "ԁ", "d", "đ", "d", "ɗ", "d", "ɖ", "d", "ժ", "d", "ᴅ", "d",
	"е", "e", "ҽ", "e", "ε", "e", "є", "e", "ǝ", "e", "ɛ", "e", "э", "e", "ᴇ", "e", "ƒ", "f", "ք", "f", "ғ", "f", "ꜰ", "f",
	"ɡ", "g", "ց", "g", "ɢ", "g", "ǥ", "g", "ɠ", "g", "ħ", "h", "һ", "h", "հ", "h", "ɦ", "h", "н", "h", "ʜ", "h",
	"ı", "l", "і", "l", "ι", "l", "ɩ", "l", "ɪ", "l", "ł", "l", "ӏ", "l", "ƚ", "l", "ɫ", "l", "ʟ", "l", "ا", "l",
	"ј", "j", "ϳ", "j", "ʝ", "j", "ɉ", "j", "ᴊ", "j", "κ", "k", "к", "k", "ƙ", "k", "ҝ", "k", "қ", "k", "ĸ", "k", "ᴋ", "k",
	"м", "m", "ɱ", "m", "ᴍ", "m", "п", "n", "η", "n", "ո", "n", "ռ", "n", "ɲ", "n", "ŋ", "n", "и", "n", "ɴ", "n",
	"ø", "o", "о", "o", "ο", "o", "σ", "o", "օ", "o", "ө", "o", "ɵ", "o", "ᴏ", "o", "ס", "o", "ه", "o", "๐", "o", "০", "o", "०", "o",
	"р", "p", "ρ", "p", "þ", "p", "ƥ", "p", "ᴘ", "p", "ԛ", "q", "զ", "q", "գ", "q", "ʠ", "q", "г", "r", "ɾ", "r", "ɼ", "r", "ʀ", "r", "я", "r",
	"ѕ", "s", "ʂ", "s", "ƨ", "s", "ꜱ", "s", "т", "t", "τ", "t", "ŧ", "t", "ƭ", "t", "ȶ", "t", "ᴛ", "t",
	"υ", "u", "ц", "u", "ս", "u", "ʋ", "u", "µ", "u", "μ", "u", "ᴜ", "u", "ν", "v", "ѵ", "v", "ט", "v", "ᴠ", "v",
	"ԝ", "w", "ω", "w", "ш", "w", "ѡ", "w", "ա", "w", "ɯ", "w", "ᴡ", "w", "х", "x", "χ", "x", "ҳ", "x",
	"у", "y", "γ", "y", "ү", "y", "ყ", "y", "ƴ", "y", "ɏ", "y", "ʏ", "y", "ƶ", "z", "ʐ", "z", "ᴢ", "z", "ȥ", "z",
	"ß", "b", "æ", "ae", "œ", "oe",
)

// skeleton is what a word looks like at a glance: two that look alike have one skeleton. Its result is only compared.
func skeleton(word string) string {
	if strings.ContainsFunc(word, func(r rune) bool { return r >= 0x80 }) {
		word = strings.Map(func(r rune) rune {
			if unicode.Is(unicode.Mn, r) {
				return -1
			}
			return r
		}, norm.NFKD.String(word))
	}
	return looks.Replace(word)
}

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
