package main

import (
	"encoding/binary"
	"net/netip"
	"strings"
)

// question is a message of the DNS (RFC 1035).
func question(name string, kind, id uint16) []byte {
	b := binary.BigEndian.AppendUint16(nil, id)
	b = append(b, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0)
	for label := range strings.SplitSeq(name, ".") {
		b = append(append(b, byte(len(label))), label...)
	}
	b = binary.BigEndian.AppendUint16(append(b, 0), kind)
	return append(b, 0, 1)
}

// answer turns a question into what a resolver says to it: where the name leads, which is nowhere when it does not exist.
func answer(question []byte, where netip.Addr) []byte {
	b := append([]byte(nil), question...)
	b[2], b[3] = 0x81, 0x80
	kind := binary.BigEndian.Uint16(b[len(b)-4:])
	switch {
	case !where.IsValid():
		b[3] |= 3
	case kind == typeA && where.Is4(), kind == typeAAAA && where.Is6():
		b[7] = 1
		b = append(b, 0xc0, 12, 0, byte(kind), 0, 1, 0, 0, 0, 60, 0, byte(where.BitLen()/8))
		b = append(b, where.AsSlice()...)
	}
	return b
}

// hello is what a client of TLS says first (RFC 8446, with the name of RFC 6066).
func hello(name string) string {
	sni := append([]byte{0}, binary.BigEndian.AppendUint16(nil, uint16(len(name)))...)
	sni = append(sni, name...)
	list := append(binary.BigEndian.AppendUint16(nil, uint16(len(sni))), sni...)
	extensions := append([]byte{0, 0}, binary.BigEndian.AppendUint16(nil, uint16(len(list)))...)
	extensions = append(extensions, list...)
	extensions = append(extensions, 0, 43, 0, 5, 4, 3, 4, 3, 3) // versions 1.3 and 1.2
	body := append([]byte{3, 3}, make([]byte, 32)...)
	body = append(body, 0, 0, 4, 0x13, 1, 0x13, 2, 1, 0) // no session, two suites, no compression
	body = append(binary.BigEndian.AppendUint16(body, uint16(len(extensions))), extensions...)
	message := append([]byte{1, 0}, binary.BigEndian.AppendUint16(nil, uint16(len(body)))...)
	message = append(message, body...)
	record := append([]byte{22, 3, 1}, binary.BigEndian.AppendUint16(nil, uint16(len(message)))...)
	return string(append(record, message...))
}

// How a server of TLS begins, and what both say then.
const (
	welcome    = "\x16\x03\x03\x00\x7a\x02\x00\x00\x76\x03\x03"
	enciphered = "\x17\x03\x03\x40\x00secret"
)

// netbios is a name as NetBIOS asks for it (RFC 1001, 14.1).
func netbios(name string) []byte {
	b := []byte{0, 7, 1, 16, 0, 1, 0, 0, 0, 0, 0, 0, 32}
	for i := range 16 {
		c := byte(' ')
		if i < len(name) {
			c = name[i]
		}
		b = append(b, 'A'+c>>4, 'A'+c&15)
	}
	return append(b, 0, 0, 32, 0, 1)
}
