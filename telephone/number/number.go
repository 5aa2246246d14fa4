// Package number reads a telephone number as it is dialled in France: text → country, class, and the part of it that may
// be shown.
//
// It knows the French numbering plan (Arcep, decision 2018-0881) and the country codes of ITU-T E.164; what it holds to be
// far and dear stands in countries.txt, and docs/telephone.md says why and from where. No clock, disk or network.
package number

import "strings"

// Class is what kind of number is called.
type Class string

// The classes. Emergency and Short pass in every mode, whatever anything says. Near and Far are abroad; Premium is charged
// above the price of a call, at home or abroad. Internal is an extension, or what is no number.
const (
	Emergency Class = "emergency"
	Short     Class = "short"
	Internal  Class = "internal"
	National  Class = "national"
	Near      Class = "near"
	Far       Class = "far"
	Premium   Class = "premium"
)

// Abroad reports whether a call of the class leaves the country, or may.
func (c Class) Abroad() bool { return c == Near || c == Far }

// Dear reports whether a call of the class costs more than one at home.
func (c Class) Dear() bool { return c.Abroad() || c == Premium }

// Sacred reports whether a number of the class is never refused.
func (c Class) Sacred() bool { return c == Emergency || c == Short }

// Number is one number, read.
type Number struct {
	Class   Class
	Country string // ISO 3166, two letters; "FR" at home; "ZZ" of no country; "" of an extension
	Prefix  string // what may be shown and kept: "+33 477", "112", "+252 61", "•••" of an extension
	Digits  string // the whole in the form of E.164 without +, for telling numbers apart; not for showing or keeping
}

// longest is how many digits a number has at most (E.164 has 15; exchanges put some before).
const longest = 24

// Read reads the user part of an address.
func Read(user []byte) Number {
	digits, plus := dialled(user)
	rest, ok := strings.CutPrefix(digits, "00")
	if n, is := special(rest); is && n.Class.Sacred() && !strings.HasPrefix(rest, "33") { // whatever was put before a number of help, it is one
		return n
	}
	switch {
	case digits == "":
		return internal(digits)
	case plus:
		return abroad(digits)
	case ok && !atHome(rest):
		return abroad(rest)
	}
	for _, d := range []string{digits, strings.TrimPrefix(digits, "0")} { // a 0 for the outside line may stand before
		if n, ok := special(d); ok {
			return n
		}
		if n, ok := national(d); ok {
			return n
		}
	}
	if len(digits) > 10 {
		if rest, ok := strings.CutPrefix(digits, "011"); ok { // as from North America: who looks for a way out tries it
			return abroad(rest)
		}
		if digits[0] != '0' {
			return abroad(digits)
		}
	}
	return internal(digits)
}

// dialled gives the digits of a number without what is put between them, and whether a + stood before.
func dialled(user []byte) (digits string, plus bool) {
	var kept [longest]byte
	text := user
	if len(text) >= 3 && text[0] == '%' && text[1] == '2' && (text[2] == 'B' || text[2] == 'b') {
		text, plus = text[3:], true
	} else if len(text) > 0 && text[0] == '+' {
		text, plus = text[1:], true
	}
	n := 0
	for _, c := range text {
		switch {
		case c >= '0' && c <= '9' && n < longest:
			kept[n] = c
			n++
		case c == '-' || c == '.' || c == '(' || c == ')' || c == ' ':
		default:
			return "", false
		}
	}
	return string(kept[:n]), plus
}

// atHome reports whether what stands behind 00 is a national number behind 0 for the outside line: nine digits that no
// country abroad has behind 6 or 7, which are mobile numbers here.
func atHome(rest string) bool { return len(rest) == 9 && (rest[0] == '6' || rest[0] == '7') }

// abroad reads a number that begins with a country code, which may be our own.
func abroad(digits string) Number {
	if home, ok := strings.CutPrefix(digits, "33"); ok {
		if n, ok := special(home); ok {
			return n
		}
		if n, ok := national("0" + strings.TrimPrefix(home, "0")); ok {
			return n
		}
	}
	p, ok := prefixOf(digits)
	if !ok {
		return Number{Class: Far, Country: "ZZ", Prefix: shown(digits, 3), Digits: digits}
	}
	return Number{Class: p.class, Country: p.country, Prefix: shown(digits, p.code), Digits: digits}
}

// shown is a country code and two digits more.
func shown(digits string, code int) string {
	code = min(code, len(digits))
	if len(digits) < code+4 {
		return "+" + digits[:code]
	}
	return "+" + digits[:code] + " " + digits[code:code+2]
}

func internal(digits string) Number {
	return Number{Class: Internal, Prefix: "•••", Digits: digits}
}
