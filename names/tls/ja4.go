package tls

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"slices"
)

// JA4 is the fingerprint of a TLS client by FoxIO (technical_details/JA4.md, BSD-3): what it is in ten characters, then
// the sorted ciphers and the sorted extensions with the signature algorithms, each as the start of a SHA-256.
type JA4 [36]byte

// Transport is what carries a hello; it is the first character of a JA4.
type Transport byte

// The transports.
const (
	OverTCP  Transport = 't'
	OverQUIC Transport = 'q'
	OverUDP  Transport = 'd' // DTLS
)

// JA4 prints a hello.
func (p *Printer) JA4(h *Hello, over Transport) JA4 {
	ciphers := p.pairs(h.Ciphers)
	nCiphers := len(ciphers)
	slices.Sort(ciphers)
	p.text = hexes(p.text[:0], ciphers)
	cipherHash := digest(p.text)

	kinds, nKinds := p.kinds(h)
	p.text = hexes(p.text[:0], kinds)
	if algorithms := p.pairs(h.Algorithms); len(algorithms) > 0 {
		p.text = hexes(append(p.text, '_'), algorithms)
	}
	extensionHash := digest(p.text)

	t := append(p.text[:0], byte(over))
	t = append(t, versionName(h.Version)...)
	if h.Named {
		t = append(t, 'd')
	} else {
		t = append(t, 'i')
	}
	t = twoDigits(twoDigits(t, nCiphers), nKinds)
	first, last := ends(h.Protocols)
	t = append(t, first, last, '_')
	t = append(append(t, cipherHash[:]...), '_')
	p.text = append(t, extensionHash[:]...)
	return JA4(p.text)
}

// pairs gives pairs of bytes as numbers, GREASE left out, until the next call of it.
func (p *Printer) pairs(b []byte) []uint16 {
	p.sorted = p.sorted[:0]
	for ; len(b) >= 2; b = b[2:] {
		if v := binary.BigEndian.Uint16(b); !grease(v) {
			p.sorted = append(p.sorted, v)
		}
	}
	return p.sorted
}

// kinds gives the extensions in order of their numbers, without the name and the protocols, which the first part of
// the fingerprint tells; and the number of all. GREASE is left out.
func (p *Printer) kinds(h *Hello) (sorted []uint16, all int) {
	p.sorted = p.sorted[:0]
	for kind, _, rest, ok := extension(h.Extensions); ok; kind, _, rest, ok = extension(rest) {
		if grease(kind) {
			continue
		}
		all++
		if kind != serverName && kind != protocolNegotiation {
			p.sorted = append(p.sorted, kind)
		}
	}
	slices.Sort(p.sorted)
	return p.sorted, all
}

// versionName is the version in two characters; "00" where it has no name, as a draft.
func versionName(v uint16) string {
	switch v {
	case 0x0304:
		return "13"
	case 0x0303:
		return "12"
	case 0x0302:
		return "11"
	case 0x0301:
		return "10"
	case 0x0300:
		return "s3"
	case 0x0002:
		return "s2"
	case 0xfeff:
		return "d1"
	case 0xfefd:
		return "d2"
	case 0xfefc:
		return "d3"
	}
	return "00"
}

func twoDigits(t []byte, n int) []byte {
	n = min(n, 99)
	return append(t, '0'+byte(n/10), '0'+byte(n%10))
}

// ends gives the first and last character of the first protocol, or of its hexadecimal form where either is neither
// letter nor digit; "00" where there is none.
func ends(protocols []byte) (first, last byte) {
	name, _ := Protocol(protocols)
	if len(name) == 0 {
		return '0', '0'
	}
	first, last = name[0], name[len(name)-1]
	if alphanumeric(first) && alphanumeric(last) {
		return first, last
	}
	const digits = "0123456789abcdef"
	return digits[first>>4], digits[last&15]
}

func alphanumeric(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z'
}

// hexes writes numbers with four digits and commas between them.
func hexes(t []byte, numbers []uint16) []byte {
	const digits = "0123456789abcdef"
	for i, v := range numbers {
		if i > 0 {
			t = append(t, ',')
		}
		t = append(t, digits[v>>12], digits[v>>8&15], digits[v>>4&15], digits[v&15])
	}
	return t
}

// digest is the first twelve digits of the SHA-256 of a list, and twelve zeros where the list is empty.
func digest(t []byte) (d [12]byte) {
	if len(t) == 0 {
		return [12]byte([]byte("000000000000"))
	}
	sum := sha256.Sum256(t)
	hex.Encode(d[:], sum[:6])
	return d
}
