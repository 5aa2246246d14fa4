package decoy

import (
	"bytes"
	"net"
)

// visit is one conversation: it reads no more than is left of it.
type visit struct {
	c    net.Conn
	left int
	buf  []byte
}

// say sends words, and reports whether they went out.
func (v *visit) say(words string) bool {
	_, err := v.c.Write([]byte(words))
	return err == nil
}

// hear reads what comes next, nil at the end of the visit.
func (v *visit) hear() []byte {
	if v.left <= 0 {
		return nil
	}
	b := make([]byte, min(v.left, longestWord))
	n, err := v.c.Read(b)
	v.left -= n
	if err != nil && n == 0 {
		return nil
	}
	return b[:n]
}

// line reads until the end of a line, and reports whether there was one: as Telnet has them, with a line feed, a zero or
// nothing behind the return (RFC 854).
func (v *visit) line() bool {
	for {
		v.buf = bytes.TrimLeft(v.buf, "\n\x00")
		if i := bytes.IndexAny(v.buf, "\r\n"); i >= 0 {
			v.buf = v.buf[i+1:]
			return true
		}
		more := v.hear()
		if more == nil {
			return false
		}
		v.buf = append(v.buf[:0], more...)
	}
}

// head reads until an empty line, and reports whether there was one.
func (v *visit) head() bool {
	for {
		if i := bytes.Index(v.buf, []byte("\r\n\r\n")); i >= 0 {
			v.buf = v.buf[i+4:]
			return true
		}
		more := v.hear()
		if more == nil {
			return false
		}
		v.buf = append(v.buf, more...) // bounded by what a visit may read
	}
}
