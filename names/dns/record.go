package dns

import "encoding/binary"

// Record is one record of an answer, of any of the three sections. Name is "." for the root; Data aliases the message.
type Record struct {
	Name  []byte
	Type  uint16
	Class uint16 // in mDNS its highest bit says that other records of the name are stale (RFC 6762, 10.2)
	TTL   uint32 // seconds
	Data  []byte
}

// Record reads the next record, over the questions that were not read; its name is written over buffer from the start. It
// reports false where none is left, or where it is cut or malformed.
func (m *Message) Record(buffer []byte) (r Record, ok bool) {
	for m.left > 0 {
		m.Next(buffer)
	}
	if m.records == 0 {
		return Record{}, false
	}
	m.records--
	name, at, ok := appendName(buffer[:0], m.bytes, m.at)
	if !ok || at+10 > len(m.bytes) {
		m.records = 0
		return Record{}, false
	}
	b := m.bytes[at:]
	size := int(binary.BigEndian.Uint16(b[8:]))
	if 10+size > len(b) {
		m.records = 0
		return Record{}, false
	}
	m.at = at + 10 + size
	return Record{
		Name: name, Type: binary.BigEndian.Uint16(b), Class: binary.BigEndian.Uint16(b[2:]),
		TTL: binary.BigEndian.Uint32(b[4:]), Data: b[10 : 10+size],
	}, true
}
