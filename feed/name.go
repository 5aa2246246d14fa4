package feed

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"
)

// The longest name and label of the DNS, in bytes of text (RFC 1035 §2.3.4; a name of 255 bytes on the wire).
const (
	longestName  = 253
	longestLabel = 63
)

// parseName reads a host's name, and gives it in lower case and without a final dot. Labels
// are letters, digits, hyphens and underscores; a name in another script is put into its ASCII form (RFC 5891). The
// last label must be a top-level domain of the Internet, which is what tells a name from "Extension.exe".
//
// An entry that covers what lies beneath a public suffix ("com", "co.uk", "github.io") would cut off everybody who has
// a name there, and is refused.
func parseName(text []byte, s scope) ([]byte, reason) {
	text = bytes.TrimSuffix(text, []byte("."))
	name, ok := inASCII(text)
	if !ok || len(name) == 0 || len(name) > longestName || !labels(name) {
		return nil, notName
	}
	suffix, icann := publicsuffix.PublicSuffix(string(name))
	switch known := icann || strings.IndexByte(suffix, '.') >= 0; {
	case nobodys(suffix):
		return nil, setAside
	case !known && !reservedTop(suffix):
		return nil, unknownTop
	case len(suffix) == len(name) && (icann || !known || s != hostOnly):
		return nil, registry
	}
	return name, taken
}

// inASCII is text in lower case, and in its ASCII form when it is in another script. text itself is left as it is.
func inASCII(text []byte) ([]byte, bool) {
	upper := false
	for _, c := range text {
		switch {
		case 'A' <= c && c <= 'Z':
			upper = true
		case c >= utf8.RuneSelf:
			if !utf8.Valid(text) {
				return nil, false
			}
			name, err := idna.Lookup.ToASCII(string(text))
			return []byte(name), err == nil
		}
	}
	if upper {
		return bytes.ToLower(text), true
	}
	return text, true
}

// labels reports whether name is two labels or more, each well formed.
func labels(name []byte) bool {
	begin, dots := 0, 0
	for i, c := range name {
		switch {
		case c == '.':
			if !label(name[begin:i]) {
				return false
			}
			begin, dots = i+1, dots+1
		case 'a' <= c && c <= 'z' || '0' <= c && c <= '9' || c == '-' || c == '_':
		default:
			return false
		}
	}
	return dots > 0 && label(name[begin:])
}

func label(l []byte) bool {
	return len(l) > 0 && len(l) <= longestLabel && l[0] != '-' && l[len(l)-1] != '-'
}

// nobodys reports whether a top-level domain is set aside so that nobody has a name there but within a site (RFC 6761, RFC
// 6762, RFC 7686, RFC 9476, and what ICANN keeps for private networks): no list of the Internet can mean one.
func nobodys(top string) bool {
	switch top {
	case "localhost", "local", "onion", "alt", "internal":
		return true
	}
	return false
}

// reservedTop reports whether a top-level domain is set aside for tests and examples (RFC 6761 §6.2, §6.4, §6.5): the box lists a
// name there to prove that it filters, and so do people who try it.
func reservedTop(top string) bool {
	switch top {
	case "test", "example", "invalid":
		return true
	}
	return false
}

// looksLikeName tells a name from an address by its end: the last label of an address is digits, or the text has a
// colon or a slash.
func looksLikeName(text []byte) bool {
	text = bytes.TrimSuffix(text, []byte("."))
	if len(text) == 0 {
		return false
	}
	c := text[len(text)-1]
	letter := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c >= utf8.RuneSelf
	return letter && !bytes.ContainsAny(text, ":/%{")
}
