package hypertext

import (
	"bytes"
	"strconv"

	"abri.example/abri/names/stream"
)

// Field is the value of a field of a head, whose name is given in lower case; nil where there is none.
func Field(head []byte, name string) []byte {
	for rest := head; len(rest) > 0; {
		end := bytes.IndexByte(rest, '\n') + 1
		if end == 0 {
			end = len(rest)
		}
		line := rest[:end]
		rest = rest[end:]
		if len(line) > len(name) && line[len(name)] == ':' && prefixed(line, name) {
			return bytes.TrimSpace(line[len(name)+1:])
		}
	}
	return nil
}

// prefixed reports whether data begins with a word in lower case, without regard to case.
func prefixed(data []byte, word string) bool {
	return len(data) >= len(word) && bytes.EqualFold(data[:len(word)], []byte(word))
}

// headEnd is how long the head at the start of b is, its empty line included; 0 while it is not whole. Servers take a line
// feed alone for the end of a line (RFC 9112, section 2.2). from is where the search begins.
func headEnd(b []byte, from int) int {
	for at := from; ; {
		i := bytes.IndexByte(b[at:], '\n')
		if i < 0 {
			return 0
		}
		at += i + 1
		switch rest := b[at:]; {
		case len(rest) > 0 && rest[0] == '\n':
			return at + 1
		case len(rest) > 1 && rest[0] == '\r' && rest[1] == '\n':
			return at + 2
		}
	}
}

// asks tells whether b begins with a request: a method, a target, and a version; of HTTP/0.9 the first two, and then its line
// is all of it (RFC 1945, section 5.1). RTSP and SIP are built alike, and their heads are read.
func asks(b []byte) (s stream.State, line int) {
	method, rest, spoken := bytes.Cut(b[:min(len(b), mostMethod+1)], []byte(" "))
	for _, c := range method {
		if (c|0x20 < 'a' || c|0x20 > 'z') && c != '-' && c != '_' {
			return stream.None, 0
		}
	}
	if !spoken || len(rest) == 0 && len(b) <= len(method)+1 {
		if len(method) > mostMethod {
			return stream.None, 0
		}
		return stream.More, 0
	}
	target := b[len(method)+1:]
	if len(method) < 3 || !begins(target[0]) {
		return stream.None, 0
	}
	end := bytes.IndexByte(target, '\n')
	switch {
	case end < 0 && (target[0] == '/' || target[0] == '*' || len(target) < 512):
		return stream.More, 0
	case end < 0:
		return stream.None, 0
	}
	first := bytes.TrimRight(target[:end], "\r ")
	if i := bytes.LastIndexByte(first, ' '); i > 0 && bytes.IndexByte(first[i:], '/') > 0 {
		return stream.Whole, 0
	}
	if target[0] == '/' && prefixed(method, "get") {
		return stream.Whole, len(method) + 1 + end + 1
	}
	return stream.None, 0
}

const mostMethod = 20

// begins reports whether a target may begin so: with a path, a star, a scheme or a host (RFC 9112, section 3.2).
func begins(c byte) bool {
	return c == '/' || c == '*' || c == '[' || c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9'
}

// answers tells whether b begins with an answer: of HTTP, or of RTSP, which is built alike (RFC 2326, section 7.1).
func answers(b []byte) stream.State {
	for _, version := range [...]string{"http/1.", "rtsp/1."} {
		switch {
		case len(b) >= 12 && prefixed(b, version):
			return stream.Whole
		case len(b) < 12 && prefixed([]byte(version), string(bytes.ToLower(b[:min(len(b), len(version))]))):
			return stream.More
		}
	}
	return stream.None
}

// framing is how long a body is.
type framing struct {
	chunked bool
	endless bool // until the conversation ends
	length  int
}

// framingOf reads the fields that say so (RFC 9112, section 6).
func framingOf(head []byte, answer bool) framing {
	if coding := Field(head, "transfer-encoding"); coding != nil {
		return framing{chunked: true}
	}
	n, err := strconv.ParseUint(string(Field(head, "content-length")), 10, 30)
	if err != nil {
		return framing{endless: answer && !prefixed(head, "rtsp") || Field(head, "content-length") != nil} // RFC 2326, section 4.4
	}
	return framing{length: int(n)}
}
