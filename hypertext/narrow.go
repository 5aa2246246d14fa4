package hypertext

import (
	"bytes"
	"encoding/binary"
	"unicode/utf16"
	"unicode/utf8"
)

// narrow gives a body in UTF-8 that comes in UTF-16: by its mark, by what its head says, or because every second byte of a
// text is nought (XML 1.0, appendix F).
func (p *Plain) narrow(kind, body []byte) []byte {
	var order binary.ByteOrder
	switch {
	case len(body) < 4:
		return body
	case bytes.HasPrefix(body, []byte{0xff, 0xfe}), body[0] != 0 && body[1] == 0 && body[2] != 0 && body[3] == 0:
		order = binary.LittleEndian
	case bytes.HasPrefix(body, []byte{0xfe, 0xff}), body[0] == 0 && body[1] != 0 && body[2] == 0 && body[3] != 0, hasFold(kind, "utf-16"):
		order = binary.BigEndian
	default:
		return body
	}
	to := p.room[roomText][:0]
	for i := 0; i+1 < len(body); i += 2 {
		r := rune(order.Uint16(body[i:]))
		if utf16.IsSurrogate(r) && i+3 < len(body) {
			r = utf16.DecodeRune(r, rune(order.Uint16(body[i+2:])))
			i += 2
		}
		if r != 0xfeff {
			to = utf8.AppendRune(to, r)
		}
	}
	return p.keep(roomText, to)
}
