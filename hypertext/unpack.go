package hypertext

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"io"
)

// unpacker unpacks bodies, once each: what is packed twice stays so. Its room is used again.
type unpacker struct {
	in      bytes.Reader
	buffer  *bufio.Reader // so that no reader of the library makes one for each body
	gzip    *gzip.Reader
	deflate io.ReadCloser
	opened  []byte
	chunks  []byte
}

// unchunk takes a body out of its chunks.
func (u *unpacker) unchunk(b []byte) []byte {
	u.chunks = unchunk(u.chunks[:0], b)
	return u.chunks
}

// unpack gives what a body holds, as far as it came and up to most bytes; the body itself where it is not packed (RFC 9110,
// section 8.4.1).
func (u *unpacker) unpack(head, body []byte, most int) []byte {
	how := isPacked(head)
	if how == "" || len(body) == 0 {
		return body
	}
	var from io.Reader
	if how == "gzip" {
		from = u.gunzip(body)
	} else {
		from = u.inflate(body)
	}
	if from == nil {
		return body
	}
	return u.read(from, most)
}

func (u *unpacker) source(body []byte) *bufio.Reader {
	u.in.Reset(body)
	if u.buffer == nil {
		u.buffer = bufio.NewReader(&u.in)
	}
	u.buffer.Reset(&u.in)
	return u.buffer
}

// gunzip is RFC 1952; nil where the body is not so packed.
func (u *unpacker) gunzip(body []byte) io.Reader {
	var err error
	if u.gzip == nil {
		u.gzip, err = gzip.NewReader(u.source(body))
	} else {
		err = u.gzip.Reset(u.source(body))
	}
	if err != nil {
		return nil
	}
	return u.gzip
}

// inflate is RFC 1950 by its two bytes, or RFC 1951 without them, which some send.
func (u *unpacker) inflate(body []byte) io.Reader {
	if len(body) > 2 && body[0]&15 == 8 && (uint(body[0])<<8|uint(body[1]))%31 == 0 {
		body = body[2:]
	}
	if u.deflate == nil {
		u.deflate = flate.NewReader(u.source(body))
	} else if err := u.deflate.(flate.Resetter).Reset(u.source(body), nil); err != nil {
		return nil
	}
	return u.deflate
}

// read reads up to most bytes, mostOpened at most; what comes before an error is what a part of a body holds.
func (u *unpacker) read(from io.Reader, most int) []byte {
	if u.opened == nil {
		u.opened = make([]byte, mostOpened)
	}
	n := 0
	for n < most {
		k, err := from.Read(u.opened[n:most])
		if n += k; err != nil {
			break
		}
	}
	return u.opened[:n]
}
