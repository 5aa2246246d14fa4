package dns

import (
	"encoding/binary"
	"net/netip"
)

// What an answer in a resolver's stead is made of: that of the kernel, byte by byte (gate/kernel/answer.h).
const (
	kept          = 10 // seconds
	noSuchName    = 3
	typeSOA       = 6
	typeOPT       = 41
	classIN       = 1
	optionError   = 15 // RFC 8914
	errorBlocked  = 15
	nameAsked     = 0xc000 | headerSize // a pointer to the first question's
	mostRepeated  = 400                 // bytes of questions in an answer
	wantsSecurity = 0x8000              // of the OPT's flags
	offeredSize   = 1232
)

// AppendRefusal writes the answer that stops a query in its resolver's name behind buf, and false where the message is no
// query: there is no such name (RFC 2308), kept for ten seconds, with "blocked" where the query had EDNS (RFC 8914); or, where
// page has an address of the family that is asked for, that. Names that are compressed in the query are written out. It is at
// most some 550 bytes.
func AppendRefusal(buf, query []byte, page []netip.Addr) (answer []byte, ok bool) {
	m, ok := Parse(query)
	if !ok || m.Response || m.Opcode != 0 || m.left == 0 {
		return buf, false
	}
	be, from := binary.BigEndian, len(buf)
	edns, secure := m.edns()
	buf = append(buf, query[:2]...)
	buf = append(buf, 0x80|query[2]&0x01, 0x80|query[3]&0x10, 0, 0, 0, 0, 0, 0, 0, 0)
	questions, asked := uint16(0), uint32(0)
	for at := headerSize; int(questions) < m.left; questions++ {
		whole, next, ok := appendWire(buf, query, at)
		if !ok || next+4 > len(query) || questions > 0 && len(whole)-from > mostRepeated {
			break
		}
		buf, asked, at = append(whole, query[next:next+4]...), be.Uint32(query[next:]), next+4
	}
	if questions == 0 {
		return buf[:from], false
	}
	head := buf[from:]
	be.PutUint16(head[4:], questions)
	if a := pageFor(page, questions, asked); a.IsValid() {
		be.PutUint16(head[6:], 1)
		buf = append(appendHead(buf, uint16(asked>>16), uint16(a.BitLen()/8)), a.AsSlice()...)
	} else {
		if len(page) == 0 {
			head[3] |= noSuchName
		}
		be.PutUint16(head[8:], 1)
		buf = appendSOA(buf)
	}
	if edns {
		be.PutUint16(buf[from+10:], 1)
		buf = appendBlocked(buf, secure)
	}
	return buf, true
}

// edns reports whether a message has an OPT record, and its bit that asks for signatures (RFC 6891, section 6.1).
func (m Message) edns() (there, secure bool) {
	for r, ok := m.Record(nil); ok; r, ok = m.Record(nil) {
		if r.Type == typeOPT {
			return true, r.TTL&wantsSecurity != 0
		}
	}
	return false, false
}

// pageFor is the address that the one question asks for, none where it asks for none.
func pageFor(page []netip.Addr, questions uint16, asked uint32) netip.Addr {
	for _, a := range page {
		if questions == 1 && (asked == TypeA<<16|classIN && a.Is4() || asked == TypeAAAA<<16|classIN && a.Is6()) {
			return a
		}
	}
	return netip.Addr{}
}

func appendHead(b []byte, kind, length uint16) []byte {
	be := binary.BigEndian
	b = be.AppendUint16(be.AppendUint16(be.AppendUint16(b, nameAsked), kind), classIN)
	return be.AppendUint16(be.AppendUint32(b, kept), length)
}

// appendSOA says how long there is no such name (RFC 2308, section 3).
func appendSOA(b []byte) []byte {
	const server = "\x04abri\x07invalid\x00"
	b = append(appendHead(b, typeSOA, uint16(len(server)+1+5*4)), server...)
	b = append(b, 0) // nobody's mail
	for _, n := range []uint32{1, 3600, 600, 86400, kept} {
		b = binary.BigEndian.AppendUint32(b, n)
	}
	return b
}

func appendBlocked(b []byte, secure bool) []byte {
	be := binary.BigEndian
	b = be.AppendUint16(be.AppendUint16(append(b, 0), typeOPT), offeredSize)
	flags := uint32(0)
	if secure {
		flags = wantsSecurity
	}
	b = be.AppendUint16(be.AppendUint32(b, flags), 6)
	return be.AppendUint16(be.AppendUint16(be.AppendUint16(b, optionError), 2), errorBlocked)
}

// appendWire writes the name at a place of a message as it stands on the wire, without pointers, and gives the place behind it.
func appendWire(b, message []byte, at int) (out []byte, next int, ok bool) {
	b, next, ok = walkName(message, at, b, func(b, label []byte) []byte { return append(append(b, byte(len(label))), label...) })
	return append(b, 0), next, ok
}
