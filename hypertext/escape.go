package hypertext

import (
	"encoding/hex"
	"unicode/utf8"
)

// unescape appends b without its escapes (RFC 3986, section 2.1; %u and four digits as IIS takes them), and with plus for each
// plus sign.
func unescape(to, b []byte, plus byte) []byte {
	for i := 0; i < len(b); i++ {
		c := b[i]
		switch {
		case c == '+':
			c = plus
		case c == '%' && i+2 < len(b) && digit(b[i+1]) >= 0 && digit(b[i+2]) >= 0:
			c = byte(digit(b[i+1])<<4 | digit(b[i+2]))
			i += 2
		case c == '%' && i+5 < len(b) && b[i+1]|0x20 == 'u':
			if r := four(b[i+2:]); r >= 0 {
				to = utf8.AppendRune(to, r)
				i += 5
				continue
			}
		}
		to = append(to, c)
	}
	return to
}

// four is the value of four hexadecimal digits, -1 of anything else.
func four(b []byte) rune {
	var v [2]byte
	if len(b) < 4 {
		return -1
	}
	if _, err := hex.Decode(v[:], b[:4]); err != nil {
		return -1
	}
	return rune(v[0])<<8 | rune(v[1])
}

// unslash appends b without the escapes of JSON (RFC 8259, section 7).
func unslash(to, b []byte) []byte {
	for i := 0; i < len(b); i++ {
		c := b[i]
		if c != '\\' || i+1 == len(b) {
			to = append(to, c)
			continue
		}
		i++
		switch c = b[i]; c {
		case 'n', 'r', 't', 'f', 'b':
			to = append(to, ' ')
		case 'u':
			if r := four(b[i+1:]); r >= 0 {
				to = utf8.AppendRune(to, r)
				i += 4
			}
		default:
			to = append(to, c)
		}
	}
	return to
}

// unname appends b without the references to characters of XML and HTML (XML 1.0, section 4.1).
func unname(to, b []byte) []byte {
	for i := 0; i < len(b); i++ {
		if b[i] == '&' {
			if r, n := reference(b[i+1 : min(len(b), i+12)]); n > 0 {
				to = utf8.AppendRune(to, r)
				i += n
				continue
			}
		}
		to = append(to, b[i])
	}
	return to
}

// reference reads what stands behind an ampersand: the character, and how many bytes name it; 0 where it names none.
func reference(b []byte) (r rune, n int) {
	for name, c := range map[string]rune{"lt;": '<', "gt;": '>', "amp;": '&', "quot;": '"', "apos;": '\''} {
		if prefixed(b, name) {
			return c, len(name)
		}
	}
	if len(b) < 3 || b[0] != '#' {
		return 0, 0
	}
	base, at := rune(10), 1
	if b[1]|0x20 == 'x' {
		base, at = 16, 2
	}
	first := at
	for ; at < len(b) && digit(b[at]) >= 0 && rune(digit(b[at])) < base && r < utf8.MaxRune; at++ {
		r = r*base + rune(digit(b[at]))
	}
	if at == first || at == len(b) || b[at] != ';' {
		return 0, 0
	}
	return r, at + 1
}
