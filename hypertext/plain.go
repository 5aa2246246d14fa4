package hypertext

import "bytes"

// Plain gives the forms in which a server reads what is escaped. The zero Plain is ready; its room is used again. It is not
// safe for concurrent use.
//
// The first form is what a careful server reads; those behind it are there only where careless ones, or what stands behind
// them, read another: bytes of UTF-8 that are longer than need be, wide letters, comments and spaces of SQL, look-ups of Log4j.
type Plain struct {
	forms [][]byte
	room  [8][]byte // one for each step: what a form is made of may be a form itself
}

// The rooms of Plain.
const (
	roomText = iota
	roomFirst
	roomSecond
	roomThird
	roomFolded
	roomSqueezed
	roomResolved
)

// Line gives the forms of a request's line, without its escapes. What it gives holds until the next call.
func (p *Plain) Line(line []byte) [][]byte {
	path := line
	if i := bytes.IndexByte(line, '?'); i >= 0 {
		path = line[:i]
	}
	p.forms = append(p.forms[:0], p.decoded(line, len(path)))
	return p.careless(p.forms[0])
}

// Head gives the lines of a head as they stand, and what they say without escapes where that is something else.
func (p *Plain) Head(head []byte) [][]byte {
	p.forms = append(p.forms[:0], head)
	if bytes.IndexByte(head, '%') >= 0 {
		p.forms = append(p.forms, p.decoded(head, 0))
	}
	return p.resolving(p.forms[len(p.forms)-1])
}

// Body gives a body as it stands, and what it says to who reads it as its head bids him.
func (p *Plain) Body(head, body []byte) [][]byte {
	p.forms = append(p.forms[:0], body)
	kind := Field(head, "content-type")
	text := p.narrow(kind, body)
	switch {
	case hasFold(kind, "json"), kind == nil && len(text) > 0 && (text[0] == '{' || text[0] == '['):
		text = p.keep(roomFirst, unslash(p.room[roomFirst][:0], text))
	case hasFold(kind, "multipart/"):
		text = p.keep(roomFirst, unfoldParts(p.room[roomFirst][:0], text))
	case hasFold(kind, "xml"), hasFold(kind, "html"):
		text = p.keep(roomFirst, unname(p.room[roomFirst][:0], text))
	case kind == nil, hasFold(kind, "urlencoded"), hasFold(kind, "text/plain"):
		text = p.decoded(text, 0)
	}
	if !bytes.Equal(text, body) {
		p.forms = append(p.forms, text)
	}
	return p.careless(text)
}

func (p *Plain) keep(room int, b []byte) []byte {
	p.room[room] = b
	return b
}

// decoded takes the escapes out, three times at most, since who hides something hides it twice. A plus is a space, but for those
// within the first bytes: in a path it is one (URL Standard, section 5.1 speaks of forms only).
func (p *Plain) decoded(b []byte, path int) []byte {
	if bytes.IndexByte(b, '%') < 0 && bytes.IndexByte(b, '+') < 0 {
		return b
	}
	once := unescape(p.room[roomFirst][:0], b[:path], '+')
	b = p.keep(roomFirst, unescape(once, b[path:], ' '))
	for room := roomSecond; room <= roomThird && bytes.IndexByte(b, '%') >= 0; room++ {
		b = p.keep(room, unescape(p.room[room][:0], b, '+'))
	}
	return b
}

// careless adds the forms that only some servers read.
func (p *Plain) careless(b []byte) [][]byte {
	if isLong(b) {
		p.forms = append(p.forms, p.keep(roomFolded, fold(p.room[roomFolded][:0], b)))
		b = p.room[roomFolded]
	}
	if isLoose(b) {
		p.forms = append(p.forms, p.keep(roomSqueezed, squeeze(p.room[roomSqueezed][:0], b)))
	}
	return p.resolving(b)
}

// resolving adds what Log4j makes of its look-ups.
func (p *Plain) resolving(b []byte) [][]byte {
	if bytes.Contains(b, []byte("${")) {
		p.forms = append(p.forms, p.keep(roomResolved, resolve(p.room[roomResolved][:0], b)))
	}
	return p.forms
}

// hasFold reports whether a word in lower case stands in data, without regard to case.
func hasFold(data []byte, word string) bool {
	for i := 0; i+len(word) <= len(data); i++ {
		if prefixed(data[i:], word) {
			return true
		}
	}
	return false
}
