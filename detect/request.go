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

// pathOf is what the first line of a request asks for, without a question behind it.
func pathOf(head []byte) []byte {
	_, rest, _ := bytes.Cut(lineOf(head), []byte(" "))
	if end := bytes.IndexAny(rest, " ?\r"); end >= 0 {
		return rest[:end]
	}
	return rest
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
