package tls

import "encoding/binary"

// The types of records (RFC 8446, 5.1; the last is RFC 6520's).
const (
	ChangeOfCipher = 20
	Alert          = 21
	Handshake      = 22
	Application    = 23
	Heartbeat      = 24
)

// HeadSize is how many bytes the head of a record has, and mostBody how many may follow it.
const (
	HeadSize = 5
	mostBody = 1<<14 + 256
)

// Head is the head of a record: its type, and how many bytes follow.
type Head struct {
	Type   byte
	Length int
}

// ReadHead reads the head at the front of b; it reports false where none is, and where b is too short for one.
func ReadHead(b []byte) (Head, bool) {
	if len(b) < HeadSize {
		return Head{}, false
	}
	h := Head{Type: b[0], Length: int(binary.BigEndian.Uint16(b[3:]))}
	return h, h.Type >= ChangeOfCipher && h.Type <= Heartbeat && b[1] == 3 && h.Length <= mostBody
}
