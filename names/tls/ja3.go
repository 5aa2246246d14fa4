package tls

import (
	"crypto/md5" // the fingerprint is defined so; it protects nothing
	"encoding/binary"
	"encoding/hex"
	"strconv"
)

// JA3 is the fingerprint of a client by salesforce/ja3: the MD5, in hexadecimal, of the old version, the ciphers, the
// extensions, the groups and the point formats in decimal, GREASE left out.
type JA3 [32]byte

// Printer makes fingerprints. It keeps its scratch between calls and is not safe for concurrent use.
type Printer struct {
	text   []byte
	sorted []uint16
}

// JA3 prints a hello.
func (p *Printer) JA3(h *Hello) JA3 {
	t := strconv.AppendUint(p.text[:0], uint64(h.Legacy), 10)
	t = decimals(append(t, ','), h.Ciphers)
	t = append(t, ',')
	first := len(t)
	for kind, _, rest, ok := extension(h.Extensions); ok; kind, _, rest, ok = extension(rest) {
		if !grease(kind) {
			t = decimal(t, first, kind)
		}
	}
	t = decimals(append(t, ','), h.Groups)
	t = append(t, ',')
	first = len(t)
	for _, point := range h.Points {
		t = decimal(t, first, uint16(point))
	}
	p.text = t
	sum := md5.Sum(t)
	var print JA3
	hex.Encode(print[:], sum[:])
	return print
}

// decimals writes pairs of bytes as numbers with "-" between them, GREASE left out.
func decimals(t, pairs []byte) []byte {
	first := len(t)
	for ; len(pairs) >= 2; pairs = pairs[2:] {
		if v := binary.BigEndian.Uint16(pairs); !grease(v) {
			t = decimal(t, first, v)
		}
	}
	return t
}

func decimal(t []byte, first int, v uint16) []byte {
	if len(t) > first {
		t = append(t, '-')
	}
	return strconv.AppendUint(t, uint64(v), 10)
}
