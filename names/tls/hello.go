// Package tls reads the first words of a TLS client: which name it asks for, and how it says so; and what the server shows of itself.
//
// From the bytes that a client sends to a Hello: Find looks where one begins, Read joins it over any number of records,
// and a Hello gives the name (SNI), the protocols (ALPN), whether the true name is encrypted (ECH), and the fingerprints
// JA3 and JA4. Of a server ReadCertificate reads the certificate. Only first flights are read; nothing is decrypted. The same message is QUIC's and DTLS's, so
// that Parse stands alone.
//
// Nothing is allocated, there is no clock, disk or network. Sources: RFC 8446, RFC 6066, RFC 7301, RFC 8701; JA3
// (salesforce/ja3, BSD-3) and JA4 of TLS clients (FoxIO, BSD-3); the other fingerprints of the JA4+ family are not free
// to use and are not here. Imports: names/stream.
package tls

import "encoding/binary"

// Hello is what a ClientHello says. Its slices alias the message that Parse was given. The zero Hello says nothing.
type Hello struct {
	Version    uint16 // the highest that is offered, GREASE left out: 0x0304 is TLS 1.3, 0xfefd DTLS 1.2
	Legacy     uint16 // what stands in the old field of the version, which JA3 goes by
	Name       []byte // as it was sent; nil where none was
	Named      bool   // there is a server_name extension, though it may be empty
	ECH        bool   // an encrypted hello is there: Name is that of the front, or a decoy (RFC 9849)
	Ciphers    []byte // pairs of bytes, in the order they were sent
	Extensions []byte // the whole extensions: type, length, data; in the order they were sent
	Groups     []byte // pairs of bytes
	Points     []byte // single bytes
	Algorithms []byte // of signatures; pairs of bytes
	Protocols  []byte // ALPN: names, each behind a byte of its length
	Cut        bool   // the capture has only its beginning, and nothing but Name is known
}

// The extensions that are looked into (IANA).
const (
	serverName          = 0
	supportedGroups     = 10
	ecPointFormats      = 11
	signatureAlgorithms = 13
	protocolNegotiation = 16
	supportedVersions   = 43
	encryptedHello      = 0xfe0d
)

// Parse reads a ClientHello without its handshake header of four bytes. It reports false where the bytes are none: a
// length that points beyond the end, or a field missing. Unknown extensions are stepped over.
func (h *Hello) Parse(b []byte) bool { return h.parse(b, false) }

// ParseDatagram reads the ClientHello of DTLS (RFC 6347, RFC 9147), which has a cookie behind the session.
func (h *Hello) ParseDatagram(b []byte) bool { return h.parse(b, true) }

func (h *Hello) parse(b []byte, cookie bool) bool {
	b, ok := h.front(b, cookie)
	if !ok || len(b) == 0 {
		return ok // before extensions were thought of
	}
	if h.Extensions, _, ok = long(b); !ok {
		return false
	}
	return h.extensions()
}

// front reads what stands before the extensions, and gives these with their length.
func (h *Hello) front(b []byte, cookie bool) (rest []byte, ok bool) {
	*h = Hello{}
	if len(b) < 34 {
		return nil, false
	}
	h.Legacy = binary.BigEndian.Uint16(b)
	h.Version = h.Legacy
	_, b, ok = short(b[34:]) // the session
	if ok && cookie {
		_, b, ok = short(b)
	}
	if !ok {
		return nil, false
	}
	if h.Ciphers, b, ok = long(b); !ok || len(h.Ciphers)%2 != 0 {
		return nil, false
	}
	_, b, ok = short(b) // compression
	return b, ok
}

// extensions reads each extension that says something.
func (h *Hello) extensions() bool {
	for kind, data, rest, ok := extension(h.Extensions); ; kind, data, rest, ok = extension(rest) {
		if !ok {
			return len(rest) == 0
		}
		switch kind {
		case serverName:
			h.Named = true
			h.Name = nameOf(data)
		case supportedGroups:
			h.Groups, _, _ = long(data)
		case ecPointFormats:
			h.Points, _, _ = short(data)
		case signatureAlgorithms:
			h.Algorithms, _, _ = long(data)
		case protocolNegotiation:
			h.Protocols, _, _ = long(data)
		case supportedVersions:
			h.highest(data)
		case encryptedHello:
			h.ECH = true
		}
	}
}

// extension takes one extension off the front; ok is false where there is no whole one, and rest is what is left.
func extension(b []byte) (kind uint16, data, rest []byte, ok bool) {
	if len(b) < 4 {
		return 0, nil, b, false
	}
	kind = binary.BigEndian.Uint16(b)
	data, rest, ok = long(b[2:])
	if !ok {
		return 0, nil, b, false
	}
	return kind, data, rest, true
}

// nameOf is the first host name of a server_name extension (RFC 6066, section 3).
func nameOf(b []byte) []byte {
	list, _, ok := long(b)
	for ok && len(list) >= 3 {
		var name []byte
		kind := list[0]
		if name, list, ok = long(list[1:]); ok && kind == 0 && len(name) > 0 {
			return name
		}
	}
	return nil
}

// highest sets Version by a supported_versions extension (RFC 8446, section 4.2.1), GREASE left out. Of DTLS the lower
// number is the higher version.
func (h *Hello) highest(b []byte) {
	list, _, ok := short(b)
	if !ok {
		return
	}
	best := uint16(0)
	for ; len(list) >= 2; list = list[2:] {
		v := binary.BigEndian.Uint16(list)
		if !grease(v) && (best == 0 || v > best != (v >= 0xfe00)) {
			best = v
		}
	}
	if best != 0 {
		h.Version = best
	}
}

// Protocol takes the first name off an ALPN list, such as Hello.Protocols; nil at its end.
func Protocol(list []byte) (name, rest []byte) {
	name, rest, ok := short(list)
	if !ok {
		return nil, nil
	}
	return name, rest
}

// grease reports whether a number stands for nothing and was sent to keep servers tolerant (RFC 8701).
func grease(v uint16) bool { return v&0x0f0f == 0x0a0a && v>>8 == v&0xff }

// short takes a field with a length of one byte off the front.
func short(b []byte) (field, rest []byte, ok bool) {
	if len(b) < 1 || len(b)-1 < int(b[0]) {
		return nil, b, false
	}
	return b[1 : 1+int(b[0])], b[1+int(b[0]):], true
}

// long takes a field with a length of two bytes off the front.
func long(b []byte) (field, rest []byte, ok bool) {
	if len(b) < 2 {
		return nil, b, false
	}
	n := int(binary.BigEndian.Uint16(b))
	if len(b)-2 < n {
		return nil, b, false
	}
	return b[2 : 2+n], b[2+n:], true
}
