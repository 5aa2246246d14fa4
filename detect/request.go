package detect

import (
	"bytes"

	"abri.example/abri/packet"
)

// headOf is the head of a request, without what comes after the empty line.
func headOf(data []byte) []byte {
	if i := bytes.Index(data, []byte("\r\n\r\n")); i >= 0 {
		return data[:i+4]
	}
	return data
}

// lineOf is the first line.
func lineOf(data []byte) []byte {
	if i := bytes.IndexByte(data, '\n'); i >= 0 {
		return data[:i]
	}
	return data
}

// decode takes percent signs and plus signs out of a request, twice, since who hides something hides it twice. What it
// gives is valid until the next call.
func (t *telltale) decode(line []byte) []byte {
	if bytes.IndexByte(line, '%') < 0 && bytes.IndexByte(line, '+') < 0 {
		return line
	}
	t.buffer = unescape(t.buffer[:0], line, ' ')
	n := len(t.buffer)
	t.buffer = unescape(t.buffer, t.buffer[:n], '+')
	return t.buffer[n:]
}

// unescape appends line without its escapes (RFC 3986, section 2.1), and with plus for each plus sign.
func unescape(to, line []byte, plus byte) []byte {
	for i := 0; i < len(line); i++ {
		c := line[i]
		switch {
		case c == '+':
			c = plus
		case c == '%' && i+2 < len(line) && hex(line[i+1]) >= 0 && hex(line[i+2]) >= 0:
			c = byte(hex(line[i+1])<<4 | hex(line[i+2]))
			i += 2
		}
		to = append(to, c)
	}
	return to
}

// hex is the value of a hexadecimal digit, -1 of anything else.
func hex(c byte) int {
	switch c = lower(c); {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c && c <= 'f':
		return int(c-'a') + 10
	}
	return -1
}

// asksHTTP reports whether data begins like a request of HTTP/1 (RFC 9112).
func asksHTTP(h *packet.Headers, data []byte) bool {
	if h.Proto != packet.TCP || len(data) < 14 {
		return false
	}
	switch data[0] {
	case 'G', 'P', 'H', 'O', 'D', 'T', 'C', 'M', 'S', 'N', 'R', 'L', 'U':
	default:
		return false
	}
	line, _, _ := bytes.Cut(data[:min(len(data), 12)], []byte(" "))
	for _, c := range line {
		if (c < 'A' || c > 'Z') && c != '_' && c != '-' {
			return false
		}
	}
	return len(line) > 2 && len(line) < 12
}
