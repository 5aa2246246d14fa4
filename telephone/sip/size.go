package sip

import "bytes"

// MostBytes is the longest message that is read in a stream. Honest ones are some 2 KB; a picture of a person is sent
// elsewhere.
const MostBytes = 24 << 10

// Size finds the message at the front of a stream: how many bytes it has, 0 when not all of its headers are there. It is
// false where no message begins. Empty lines before one are keep-alives (RFC 5626, 3.5.1), and of the size they have.
func Size(b []byte) (n int, ok bool) {
	if blank := len(b) - len(bytes.TrimLeft(b, "\r\n")); blank > 0 {
		return blank, true
	}
	if !MayBegin(b) {
		return 0, false
	}
	head := bytes.Index(b, []byte("\r\n\r\n"))
	if head < 0 {
		return 0, len(b) < MostBytes
	}
	var m Message
	if !m.Parse(b[:head+4]) {
		return 0, false
	}
	return head + 4 + max(m.Length, 0), m.Length <= MostBytes
}

// MayBegin reports whether a message may begin here, of which perhaps only the first bytes are there.
func MayBegin(b []byte) bool {
	if bytes.IndexByte(b, '\n') >= 0 {
		return Begins(b)
	}
	for i, c := range b[:min(len(b), 4)] {
		if c == ' ' && i == 3 {
			break // ACK and BYE
		}
		if (c < 'A' || c > 'Z') && c != '/' {
			return false
		}
	}
	return true
}
