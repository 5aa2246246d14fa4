package http

import "bytes"

// blank is how many bytes of empty lines stand before a request: servers step over them (RFC 9112, section 2.2).
func blank(b []byte) (n int) {
	for n < min(len(b), maxBlank) && (b[n] == '\r' || b[n] == '\n') {
		n++
	}
	return n
}

// line gives the line at a place, without its end, and the place of the next one.
func line(b []byte, at int) (l []byte, next int, ok bool) {
	i := bytes.IndexByte(b[at:], '\n')
	if i < 0 {
		return nil, at, false
	}
	return bytes.TrimSuffix(b[at:at+i], []byte("\r")), at + i + 1, true
}

// folded gives a field: a line with those behind it that begin with a space (RFC 9112, section 5.2).
func folded(b []byte, at int) (l []byte, next int, ok bool) {
	start := at
	l, next, ok = line(b, at)
	for ok && len(l) > 0 {
		if next == len(b) {
			return nil, start, false // what comes may belong to it
		}
		if b[next] != ' ' && b[next] != '\t' {
			break
		}
		_, next, ok = line(b, next)
		l = bytes.TrimRight(b[start:next], "\r\n")
	}
	return l, next, ok
}

// begins reports whether b, which holds no whole line, may be the start of a request.
func begins(b []byte) bool {
	if i := bytes.IndexAny(b, white); i >= 0 {
		b = b[:i]
	}
	return len(b) <= maxMethod && isToken(b)
}

func isMethod(b []byte) bool { return len(b) > 0 && len(b) <= maxMethod && isToken(b) }

// isToken reports whether b is in capital letters, as every method is that IANA lists, or a hyphen or underscore.
func isToken(b []byte) bool {
	for _, c := range b {
		if (c < 'A' || c > 'Z') && c != '-' && c != '_' {
			return false
		}
	}
	return true
}
