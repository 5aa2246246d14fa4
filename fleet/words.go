package fleet

import (
	"crypto/sha256"
	"strings"
)

// The syllables of the words: one consonant of sixteen and one vowel of four. They read alike in French and English, and
// over a telephone.
const (
	consonants = "bdfgjklmnprstvzc"
	vowels     = "aiou"
)

// Words are the four words that two people compare, one at the box and one at the observatory: 48 bits of a hash over
// the box's public key and the observatory's root (both as SubjectPublicKeyInfo). Who stands between the two has
// another key, and so other words.
func Words(boxKey, rootKey []byte) string {
	h := sha256.New()
	h.Write([]byte("abri words 1"))
	one, two := sha256.Sum256(boxKey), sha256.Sum256(rootKey)
	h.Write(one[:])
	h.Write(two[:])
	sum := h.Sum(nil)
	var words []string
	for w := range 4 {
		var b strings.Builder
		for s := range 2 {
			six := sixBits(sum, w*2+s)
			b.WriteByte(consonants[six>>2])
			b.WriteByte(vowels[six&3])
		}
		words = append(words, b.String())
	}
	return strings.Join(words, " ")
}

// sixBits is the i-th group of six bits.
func sixBits(sum []byte, i int) byte {
	var out byte
	for bit := i * 6; bit < i*6+6; bit++ {
		out = out<<1 | sum[bit/8]>>(7-bit%8)&1
	}
	return out
}

// SameWords compares words as people write them: capitals, dashes and spaces don't matter.
func SameWords(a, b string) bool {
	plain := func(s string) string {
		return strings.Join(strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return r < 'a' || r > 'z' }), " ")
	}
	return plain(a) != "" && plain(a) == plain(b)
}
