package tls

import (
	"bytes"
	"encoding/binary"

	"abri.example/abri/names/stream"
)

// Find gives the place where a hello begins, or may begin when the rest comes: len(b) where it is nowhere. A hello that
// follows other words (STARTTLS of mail, CONNECT and SOCKS of proxies, the greetings of databases) is found so, without
// knowing the words.
func Find(b []byte) int {
	for at := 0; ; at++ {
		i := bytes.IndexByte(b[at:], Handshake)
		if i < 0 {
			return len(b)
		}
		at += i
		if begins(b[at:]) {
			return at
		}
	}
}

// begins reports whether b is the start of a record that holds the start of a hello, as far as b goes.
func begins(b []byte) bool {
	s := record(b)
	if s != stream.Whole {
		return s == stream.More
	}
	body := b[HeadSize:]
	if size := int(binary.BigEndian.Uint16(b[3:])); size < len(body) {
		body = body[:size] // the rest of the message is in other records
	}
	if _, s := message(body); s == stream.None {
		return false
	}
	return (len(body) <= 4 || body[4] == 3) && (len(body) <= 5 || body[5] <= 3)
}
