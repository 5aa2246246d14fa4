package hypertext

import "bytes"

// chunkAt reads the line of a chunk at the start of b (RFC 9112, section 7.1): how long it is, and how long what it announces.
// ok is false while it is not whole, and sound false when it is none.
func chunkAt(b []byte) (line, size int, ok, sound bool) {
	const mostLine = 256
	end := bytes.IndexByte(b[:min(len(b), mostLine)], '\n')
	if end < 0 {
		return 0, 0, false, len(b) < mostLine
	}
	digits := 0
	for _, c := range bytes.TrimLeft(b[:end], " \t") {
		v := digit(c)
		if v < 0 {
			break
		}
		if size = size<<4 | v; size > 1<<30 {
			return 0, 0, true, false
		}
		digits++
	}
	return end + 1, size, true, digits > 0
}

// walk goes over the chunks of b from a place on, and gives the place of the next chunk that is not whole, which may lie
// beyond b; over is true behind the last one. A body that is not in chunks as it should be is over where it fails.
func walk(b []byte, at int) (next int, over bool) {
	for at < len(b) {
		line, size, ok, sound := chunkAt(b[at:])
		switch {
		case !sound:
			return len(b), true
		case !ok:
			return at, false
		case size == 0:
			if end := headEnd(b, at+line-1); end > 0 { // trailer fields, or none
				return end, true
			}
			return at, false
		}
		if at+line+size+2 > len(b) {
			return at, false
		}
		at += line + size + 2
	}
	return at, false
}

// unchunk appends what is in the chunks of b, as far as they came.
func unchunk(to, b []byte) []byte {
	for len(b) > 0 {
		line, size, ok, sound := chunkAt(b)
		if !ok || !sound || size == 0 {
			return to
		}
		b = b[line:]
		to = append(to, b[:min(size, len(b))]...)
		b = b[min(size+2, len(b)):]
	}
	return to
}

// digit is the value of a hexadecimal digit, -1 of anything else.
func digit(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c|0x20 && c|0x20 <= 'f':
		return int(c|0x20-'a') + 10
	}
	return -1
}
