// Package dns reads which names a DNS message asks for, and what it answers.
//
// A Message gives its questions one by one, then its records, each with its name in the form people write: lower case,
// without the last point, and what is no letter, digit or other plain sign escaped (RFC 4343, RFC 1035 section 5.1). A
// message that lies about its lengths ends early; nothing is allocated but where the caller's buffer is too
// short. No clock, disk or network; the standard library only. Source: RFC 1035.
package dns

import "encoding/binary"

// Message is the header of a DNS message, and its questions and records not yet read.
type Message struct {
	ID       uint16
	Response bool
	Opcode   uint8 // 0 a query, 4 a notification, 5 an update

	bytes []byte
	at    int
	left  int // questions

	records int // of all three sections
}

// Question is one question. Name is "." for the root.
type Question struct {
	Name  []byte
	Type  uint16
	Class uint16
}

// What bounds the reading.
const (
	headerSize  = 12
	maxName     = 255 // bytes of a name on the wire, RFC 1035 section 3.1
	maxPointers = 16  // of one name
	lastOpcode  = 6   // IANA; RFC 8490
)

// Parse reads the header of a message without the length that TCP puts before it. It reports false for what is no
// message: cut within the header, or an opcode that nobody assigned before what is no single question. However many questions
// it says it asks, those that are there are given. The Message aliases b.
func Parse(b []byte) (m Message, ok bool) {
	if len(b) < headerSize {
		return Message{}, false
	}
	m = Message{
		ID:       binary.BigEndian.Uint16(b),
		Response: b[2]&0x80 != 0,
		Opcode:   b[2] >> 3 & 15,
		bytes:    b,
		at:       headerSize,
		left:     int(binary.BigEndian.Uint16(b[4:])),
	}
	for at := 6; at < headerSize; at += 2 {
		m.records += int(binary.BigEndian.Uint16(b[at:]))
	}
	return m, m.Opcode <= lastOpcode || m.asksOnce()
}

// asksOnce reports whether a message asks for one name, as hosts have it. What comes in an unknown form is more than noise then.
func (m *Message) asksOnce() bool {
	var room [4 * maxName]byte
	rest := *m
	q, ok := rest.Next(room[:0])
	return ok && rest.left == 0 && q.Class == classIN && ofHost(q.Name)
}

// Next reads the next question; its name is written over buffer from the start. It reports false where none is left, or
// where it is cut or malformed.
func (m *Message) Next(buffer []byte) (q Question, ok bool) {
	if m.left == 0 {
		return Question{}, false
	}
	m.left--
	name, at, ok := appendName(buffer[:0], m.bytes, m.at)
	if !ok || at+4 > len(m.bytes) {
		m.left, m.records = 0, 0
		return Question{}, false
	}
	m.at = at + 4
	return Question{
		Name:  name,
		Type:  binary.BigEndian.Uint16(m.bytes[at:]),
		Class: binary.BigEndian.Uint16(m.bytes[at+2:]),
	}, true
}
