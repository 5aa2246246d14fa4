package tls

import "encoding/binary"

// Fragment is a part of a ClientHello of DTLS (RFC 6347, section 4.2.3). A hello of one part begins at 0 and is as long
// as it says.
type Fragment struct {
	Message uint16 // counts the messages of a client: a hello is sent again with the server's cookie
	Length  int    // of the whole hello
	Offset  int    // where Data begins in it
	Data    []byte
}

const (
	datagramHeader = 13 // of a record
	fragmentHeader = 12 // of a handshake message
)

// ReadFragment takes the record at the front of a datagram; ok is false where it holds no part of a hello in the clear.
// The versions are those of DTLS 1.0 and 1.2, which 1.3 shows as well, and of OpenSSL before 0.9.8f.
func ReadFragment(b []byte) (f Fragment, rest []byte, ok bool) {
	if len(b) < datagramHeader+fragmentHeader || b[0] != Handshake || b[1] != 0xfe && (b[1] != 1 || b[2] != 0) ||
		binary.BigEndian.Uint16(b[3:]) != 0 || b[datagramHeader] != clientHello {
		return Fragment{}, nil, false
	}
	body, rest, ok := long(b[datagramHeader-2:])
	if !ok || len(body) < fragmentHeader {
		return Fragment{}, nil, false
	}
	number := func(at int) int { return int(body[at])<<16 | int(body[at+1])<<8 | int(body[at+2]) }
	f = Fragment{Length: number(1), Message: binary.BigEndian.Uint16(body[4:]), Offset: number(6)}
	size := number(9)
	if f.Length > longest || size > len(body)-fragmentHeader || f.Offset+size > f.Length {
		return Fragment{}, nil, false
	}
	f.Data = body[fragmentHeader : fragmentHeader+size]
	return f, rest, true
}
