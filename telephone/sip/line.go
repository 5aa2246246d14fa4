package sip

import "bytes"

// name is a header that is read.
type name uint8

const (
	unread name = iota
	via
	from
	to
	callID
	cseq
	contact
	expires
	length
	agent
	credentials
	challenge
)

// names are the headers that are read, with their compact forms (RFC 3261, 7.3.3), in lower case.
var names = []struct {
	word string
	name name
}{
	{"via", via}, {"v", via}, {"from", from}, {"f", from}, {"to", to}, {"t", to}, {"call-id", callID}, {"i", callID},
	{"cseq", cseq}, {"contact", contact}, {"m", contact}, {"expires", expires}, {"content-length", length}, {"l", length},
	{"user-agent", agent}, {"server", agent}, {"authorization", credentials}, {"proxy-authorization", credentials},
	{"www-authenticate", challenge}, {"proxy-authenticate", challenge},
}

// nameOf knows a header by its name, without regard to case.
func nameOf(word []byte) name {
	for i := range names {
		if is(word, names[i].word) {
			return names[i].name
		}
	}
	return unread
}

// is reports whether a word is the given one, which is in lower case.
func is(word []byte, lower string) bool {
	if len(word) != len(lower) {
		return false
	}
	for i, c := range word {
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		if c != lower[i] {
			return false
		}
	}
	return true
}

// cutLine gives the first line without its end, and what follows. A lone LF ends a line too, as many devices have it.
func cutLine(b []byte) (line, rest []byte) {
	i := bytes.IndexByte(b, '\n')
	if i < 0 {
		return b, nil
	}
	return bytes.TrimSuffix(b[:i], []byte("\r")), b[i+1:]
}

// cutField gives the first header with the lines that continue it (RFC 3261, 7.3.1), and what follows; an empty one is the
// end of the headers.
func cutField(b []byte) (field, rest []byte) {
	line, rest := cutLine(b)
	if len(line) == 0 {
		return nil, rest
	}
	for len(rest) > 0 && (rest[0] == ' ' || rest[0] == '\t') {
		more, after := cutLine(rest)
		line, rest = b[:len(b)-len(rest)+len(more)], after
	}
	return line, rest
}

// firstOf is the first of the values that a header line may list, apart by commas outside quotes and brackets.
func firstOf(value []byte) []byte {
	quoted, inside := false, false
	for i, c := range value {
		switch {
		case c == '"' && (i == 0 || value[i-1] != '\\'):
			quoted = !quoted
		case quoted:
		case c == '<':
			inside = true
		case c == '>':
			inside = false
		case c == ',' && !inside:
			return value[:i]
		}
	}
	return value
}

// parameter is the value of ;name=value behind a URI in brackets, or anywhere where there is none; nil when absent.
func parameter(value []byte, lower string) []byte {
	if i := bytes.LastIndexByte(value, '>'); i >= 0 {
		value = value[i+1:]
	}
	for {
		i := bytes.IndexByte(value, ';')
		if i < 0 {
			return nil
		}
		value = value[i+1:]
		p := value
		if end := bytes.IndexByte(p, ';'); end >= 0 {
			p = p[:end]
		}
		word, v, _ := bytes.Cut(p, []byte("="))
		if is(bytes.TrimSpace(word), lower) {
			return bytes.TrimSpace(v)
		}
	}
}

// partyOf reads "Name" <sip:user@host>;tag=x, or the same without name and brackets.
func partyOf(value []byte) Party {
	p := Party{Tag: parameter(value, "tag")}
	quoted := false
	for i, c := range value {
		if c == '"' && (i == 0 || value[i-1] != '\\') {
			quoted = !quoted
		}
		if c != '<' || quoted {
			continue
		}
		uri := value[i+1:]
		if end := bytes.IndexByte(uri, '>'); end >= 0 {
			uri = uri[:end]
		}
		p.URI = uriOf(uri)
		return p
	}
	if i := bytes.IndexByte(value, ';'); i >= 0 {
		value = value[:i] // without brackets, parameters are the header's (RFC 3261, 20.10)
	}
	p.URI = uriOf(bytes.TrimSpace(value))
	return p
}

// uriOf reads a sip:, sips: or tel: URI. Of any other the whole is kept; what holds spaces or control characters is none.
func uriOf(raw []byte) URI {
	if bytes.ContainsFunc(raw, func(r rune) bool { return r <= ' ' || r == 0x7f }) {
		return URI{}
	}
	u := URI{Raw: raw}
	scheme, rest, ok := bytes.Cut(raw, []byte(":"))
	if !ok {
		return u
	}
	if is(scheme, "tel") {
		u.User = until(rest, ";")
		return u
	}
	if !is(scheme, "sip") && !is(scheme, "sips") {
		return u
	}
	rest = until(rest, "?")
	if at := bytes.LastIndexByte(rest, '@'); at >= 0 {
		u.User = until(until(rest[:at], ":"), ";")
		rest = rest[at+1:]
	}
	u.Host = until(rest, ";")
	return u
}

// until is what stands before the first of the marks.
func until(b []byte, marks string) []byte {
	if i := bytes.IndexAny(b, marks); i >= 0 {
		return b[:i]
	}
	return b
}
