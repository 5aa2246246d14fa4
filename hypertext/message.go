package hypertext

import (
	"bytes"

	"abri.example/abri/names/stream"
)

// readHead reads the head of a message at the start of b.
func (r *reader) readHead(b []byte, m *Message) bool {
	if !r.answers && (b[0] == '\r' || b[0] == '\n') { // RFC 9112, section 2.2
		r.used++
		return false
	}
	s, end := r.first(b)
	switch {
	case r.phase != heads:
		return false
	case s == stream.None, s == stream.More && r.over && bytes.IndexByte(b, '/') < 0:
		r.phase = foreign
		return false
	case s == stream.Whole && end == 0:
		end = headEnd(b, r.sought)
	}
	if end == 0 && !r.over && len(b) < mostHead {
		r.sought = max(0, len(b)-3)
		return false
	}
	if end == 0 { // it never becomes whole
		m.Head = b
		r.used += len(b)
		r.phase = foreign
		r.number++
		return true
	}
	m.Head = b[:end]
	r.behind(m, b[end:])
	return true
}

// first tells what b begins with, and how long a head is that is one line.
func (r *reader) first(b []byte) (s stream.State, line int) {
	if r.answers {
		return answers(b), 0
	}
	if n := min(len(b), len(preface)); string(b[:n]) == preface[:n] {
		if n < len(preface) {
			return stream.More, 0
		}
		r.used += n
		r.phase = frames
		r.talk.two = newSecond()
		return stream.Whole, 0
	}
	return asks(b)
}

// behind finds out what follows a head that was given.
func (r *reader) behind(m *Message, after []byte) {
	r.body = framingOf(m.Head, r.answers)
	switch {
	case r.answers && r.talk.answersNothing(r.number, m.Head[9:12]):
		r.body = framing{}
	case !r.answers:
		r.talk.asked(r.number, m.Head)
		if s, _ := asks(after); s == stream.None && r.body == (framing{}) { // it does not say so, and a body comes all the same
			r.body.length = len(after)
		}
	}
	if r.body == (framing{}) {
		r.used += len(m.Head)
		r.done(m.Head)
		return
	}
	r.phase, r.head, r.chunk = bodies, len(m.Head), len(m.Head)
}

// done goes on to the next message. What is said before an answer is none (RFC 9110, section 15.2).
func (r *reader) done(head []byte) {
	over, missing := r.over, r.missing
	if !r.answers || head[9] != '1' {
		r.number++
	}
	r.again()
	r.over, r.missing = over, missing
}

// readBody reads the body at the start of b, which begins with its head.
func (r *reader) readBody(b []byte, m *Message) bool {
	m.Part, m.Head = Body, b[:r.head]
	content := b[r.head:]
	enough := r.over || len(content) >= mostBody || r.answers && len(content) >= firstWords
	switch {
	case r.body.chunked:
		next, over := walk(b, r.chunk)
		if r.chunk = next; !over && !enough {
			return false
		}
		m.Body = r.pool.unchunk(content)
		r.used += next
		if over {
			r.done(m.Head)
		} else {
			r.phase = rest
		}
	case r.body.endless:
		if !enough {
			return false
		}
		m.Body = content
		r.used += len(b)
		r.phase = foreign
	default:
		if !enough && len(content) < r.body.length {
			return false
		}
		m.Body = content[:min(len(content), r.body.length)]
		r.used += r.head + r.body.length
		r.done(m.Head)
	}
	m.Body = r.pool.unpack(m.Head, m.Body, r.most())
	return len(m.Body) > 0
}

// most is how many bytes are unpacked: of an answer no more than tell what it is.
func (r *reader) most() int {
	if r.answers {
		return firstWords
	}
	return mostOpened
}

// drain passes over chunks behind those that were given.
func (r *reader) drain(b []byte) {
	line, size, ok, sound := chunkAt(b)
	switch {
	case !sound:
		r.phase = foreign
	case ok && size > 0:
		r.used += line + size + 2
	case ok:
		if end := headEnd(b, line-1); end > 0 {
			r.used += end
			r.number++
			r.again()
		}
	}
}

// isPacked reports whether a body is packed as the field of its head says, and how.
func isPacked(head []byte) (how string) {
	switch coding := bytes.ToLower(Field(head, "content-encoding")); string(coding) {
	case "gzip", "x-gzip":
		return "gzip"
	case "deflate":
		return "deflate"
	}
	return ""
}
