package feed

import (
	"bytes"
	"encoding/json"
	"net/netip"
)

// line reads one line of a list, trimmed and not empty. It gives the addresses it names; or the reason why it is not
// taken; or, for a comment, neither (blank is true).
//
//	line  = [ entry [ rest ] ] [ comment ] | JSON object with "cidr"
//	entry = address | address "/" length | address [blank] "-" [blank] address | IPv4 ":" port | "[" IPv6 "]" [ ":" port ]
//	rest  = what follows the entry after a blank or a comma: counts, dates, names; not read
//
// comment begins with "#", ";" or "//". An entry may stand in double quotes.
func line(text []byte) (s span, why reason, blank bool) {
	switch {
	case isComment(text):
		return span{}, taken, true
	case text[0] == '{':
		return object(text)
	}
	entry, rest, ok := field(text)
	if !ok {
		return span{}, notAddress, false
	}
	if s, why = parseEntry(entry); why != taken {
		return span{}, why, false
	}
	return withRest(s, rest)
}

func isComment(text []byte) bool {
	return len(text) > 0 && (text[0] == '#' || text[0] == ';') || bytes.HasPrefix(text, []byte("//"))
}

// field cuts the first field off a line. It is false for quotes that do not close, or that close inside a word.
func field(text []byte) (entry, rest []byte, ok bool) {
	if len(text) > 0 && text[0] == '"' {
		inner, rest, closed := bytes.Cut(text[1:], []byte(`"`))
		return bytes.Trim(inner, " \t"), rest, closed && (len(rest) == 0 || endsField(rest[0]))
	}
	for i, c := range text {
		if endsField(c) || c == '/' && i+1 < len(text) && text[i+1] == '/' {
			return text[:i], text[i:], true
		}
	}
	return text, nil, true
}

func endsField(c byte) bool { return c == ' ' || c == '\t' || c == ',' || c == ';' || c == '#' }

// withRest looks at what follows an entry, only to see whether it changes what the line names: the end of a range
// written with blanks, or a second address, which this room would have to guess the meaning of.
func withRest(s span, rest []byte) (span, reason, bool) {
	rest = bytes.TrimLeft(rest, " \t,")
	if len(rest) == 0 || isComment(rest) {
		return s, taken, false
	}
	dashed := rest[0] == '-' && s.first == s.last
	if dashed {
		rest = bytes.TrimLeft(rest[1:], " \t")
	}
	if len(rest) == 0 {
		return s, taken, false
	}
	next, _, ok := field(rest)
	second, why := address(next)
	switch {
	case !ok || why != taken:
		return s, taken, false
	case dashed:
		s, why = between(s.first, second)
		return s, why, false
	}
	return span{}, several, false
}

// parseEntry reads one address, CIDR or range.
func parseEntry(entry []byte) (span, reason) {
	if from, to, isRange := bytes.Cut(entry, []byte("-")); isRange {
		first, why := address(from)
		if why != taken {
			return span{}, why
		}
		last, why := address(to)
		if why != taken {
			return span{}, why
		}
		return between(first, last)
	}
	if addr, length, isCIDR := bytes.Cut(entry, []byte("/")); isCIDR {
		return cidr(addr, length)
	}
	a, why := host(entry)
	return span{a, a}, why
}

func between(first, last netip.Addr) (span, reason) {
	if first.BitLen() != last.BitLen() || last.Less(first) {
		return span{}, badRange
	}
	return span{first, last}, taken
}

// cidr refuses host bits (192.0.2.1/24): the author may have meant the host or the network, and the two differ by 255
// addresses that did nothing.
func cidr(addr, length []byte) (span, reason) {
	a, why := address(addr)
	if why != taken {
		return span{}, why
	}
	bits, ok := decimal(length, a.BitLen())
	if !ok {
		return span{}, badLength
	}
	p := netip.PrefixFrom(a, bits)
	if p.Masked() != p {
		return span{}, hostBits
	}
	return spanOf(p), taken
}

// object reads one JSON line as Spamhaus publishes DROP: {"cidr":"…", …}, and a last one with "type":"metadata".
func object(text []byte) (s span, why reason, blank bool) {
	var o struct{ CIDR, Type string }
	switch err := json.Unmarshal(text, &o); {
	case err != nil || o.CIDR == "" && o.Type != "metadata":
		return span{}, notAddress, false
	case o.CIDR == "":
		return span{}, taken, true
	}
	s, why = parseEntry([]byte(o.CIDR))
	return s, why, false
}
