package tls

import (
	"encoding/binary"

	"abri.example/abri/names/stream"
)

const (
	clientHello = 1
	longest     = stream.Limit // of a hello
)

// Reader reads hellos. It keeps what it needs to join records between calls, and is not safe for concurrent use.
type Reader struct {
	Hello  Hello // the last one, valid while the bytes that were read are
	joined []byte
}

// Read reads the ClientHello at the start of a client's bytes, however many records it stands in, and says how many
// bytes it took.
func (r *Reader) Read(b []byte) (used int, s stream.State) {
	r.joined = r.joined[:0]
	need := -1
	for at := 0; ; {
		if s := record(b[at:]); s != stream.Whole {
			return 0, s
		}
		body := b[at+HeadSize:]
		size := int(binary.BigEndian.Uint16(b[at+3:]))
		cut := size > len(body)
		body = body[:min(size, len(body))]
		if need < 0 && len(r.joined) == 0 { // most stand in one record, which is read where it lies
			if n, s := message(body); s != stream.Whole {
				if s == stream.None || cut {
					return 0, s
				}
			} else if need = n; len(body) >= 4+n {
				return r.parse(body[4:4+n], at+HeadSize+size)
			}
		}
		if cut {
			return 0, stream.More
		}
		r.joined = append(r.joined, body...)
		at += HeadSize + size
		if need < 0 {
			n, s := message(r.joined)
			if s == stream.None {
				return 0, stream.None
			} else if s == stream.Whole {
				need = n
			}
		}
		if need >= 0 && len(r.joined) >= 4+need {
			return r.parse(r.joined[4:4+need], at)
		}
	}
}

// changeOfCipher is the record that a client may send before its second hello, for old machines on the way (RFC 8446,
// appendix D.4).
const changeOfCipher = "\x14\x03\x03\x00\x01\x01"

// ReadAgain reads the second ClientHello of a client, at the start of what follows its first.
func (r *Reader) ReadAgain(b []byte) (used int, s stream.State) {
	n := min(len(b), len(changeOfCipher))
	if string(b[:n]) != changeOfCipher[:n] {
		return r.Read(b)
	}
	if n < len(changeOfCipher) {
		return 0, stream.More
	}
	used, s = r.Read(b[n:])
	if s == stream.Whole {
		used += n
	}
	return used, s
}

// ReadMessage reads a ClientHello that is in no record, as QUIC's.
func (r *Reader) ReadMessage(b []byte) stream.State {
	n, s := message(b)
	switch {
	case s != stream.Whole:
		return s
	case len(b) < 4+n:
		return stream.More
	}
	_, s = r.parse(b[4:4+n], n)
	return s
}

func (r *Reader) parse(message []byte, end int) (used int, s stream.State) {
	if !r.Hello.Parse(message) {
		return 0, stream.None
	}
	return end, stream.Whole
}

// record reports whether b begins with the header of a handshake record that can hold part of a hello.
func record(b []byte) stream.State {
	switch {
	case len(b) > 0 && b[0] != Handshake, len(b) > 1 && b[1] != 3, len(b) > 2 && b[2] > 4:
		return stream.None
	case len(b) < HeadSize:
		return stream.More
	}
	if n := binary.BigEndian.Uint16(b[3:]); n == 0 || n > mostBody {
		return stream.None
	}
	return stream.Whole
}

// message gives the length of the ClientHello whose header b begins with.
func message(b []byte) (int, stream.State) {
	if len(b) > 0 && b[0] != clientHello {
		return 0, stream.None
	}
	if len(b) < 4 {
		return 0, stream.More
	}
	n := int(b[1])<<16 | int(b[2])<<8 | int(b[3])
	if n > longest || n < 38 {
		return 0, stream.None
	}
	return n, stream.Whole
}
