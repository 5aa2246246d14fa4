package hypertext

import (
	"bytes"
	"unicode/utf8"
)

// isLong reports whether b may hold letters that take more bytes than need be, or wide ones.
func isLong(b []byte) bool {
	for _, c := range b {
		if c == 0xc0 || c == 0xc1 || c == 0xe0 || c == 0xef || c == 0xf0 {
			return true
		}
	}
	return false
}

// fold appends b with plain letters for those that UTF-8 forbids because they are longer than need be (RFC 3629, section 3), as
// %c0%ae is a point, and for the wide ones (U+FF01 and on), which some servers take for them.
func fold(to, b []byte) []byte {
	for i := 0; i < len(b); i++ {
		c, n := long(b[i:])
		if n == 0 {
			if r, size := utf8.DecodeRune(b[i:]); r >= 0xff01 && r <= 0xff5e {
				c, n = byte(r-0xfee0), size
			}
		}
		if n == 0 {
			to = append(to, b[i])
			continue
		}
		to = append(to, c)
		i += n - 1
	}
	return to
}

// long reads a letter of seven bits that takes two to four bytes; n is 0 where there is none.
func long(b []byte) (c byte, n int) {
	next := func(i int) bool { return i < len(b) && b[i]&0xc0 == 0x80 }
	switch {
	case (b[0] == 0xc0 || b[0] == 0xc1) && next(1):
		return b[0]<<6 | b[1]&0x3f, 2
	case b[0] == 0xe0 && next(1) && next(2) && b[1] <= 0x81:
		return b[1]<<6 | b[2]&0x3f, 3
	case b[0] == 0xf0 && next(1) && next(2) && next(3) && b[1] == 0x80 && b[2] <= 0x81:
		return b[2]<<6 | b[3]&0x3f, 4
	}
	return 0, 0
}

// isLoose reports whether squeeze has something to do.
func isLoose(b []byte) bool {
	return bytes.Contains(b, []byte("/*")) || bytes.Contains(b, []byte("  ")) || bytes.ContainsAny(b, "\t\v\f\n\xa0")
}

// squeeze appends b with one space for each run of spaces and comments of SQL, since databases take either for the other.
// What stands in a comment that MySQL reads (/*!50000 and on) is kept.
func squeeze(to, b []byte) []byte {
	space := false
	for i := 0; i < len(b); i++ {
		switch c := b[i]; {
		case c == ' ' || c >= '\t' && c <= '\r' || c == 0xa0:
			space = true
			continue
		case c == '*' && i+1 < len(b) && b[i+1] == '/': // of one that is read
			space, i = true, i+1
			continue
		case c == '/' && i+2 < len(b) && b[i+1] == '*' && b[i+2] == '!':
			for i += 2; i+1 < len(b) && b[i+1] >= '0' && b[i+1] <= '9'; i++ {
			}
			space = true
			continue
		case c == '/' && i+1 < len(b) && b[i+1] == '*':
			if end := bytes.Index(b[i+2:], []byte("*/")); end >= 0 {
				space, i = true, i+2+end+1
				continue
			}
		}
		if space {
			to, space = append(to, ' '), false
		}
		to = append(to, b[i])
	}
	return to
}
