package quic

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha256"
)

// keys open what a client sends in Initials: AES-128-GCM, and AES for the header.
type keys struct {
	aead   cipher.AEAD
	header cipher.Block
	iv     [12]byte
}

// derive gives the client's keys by a version and the identifier that it chose for the server; nil where the version is
// not read.
func derive(version uint32, c connection) *keys {
	salt := saltOf(version)
	if salt == nil {
		return nil
	}
	names := [3]string{"quic key", "quic iv", "quic hp"}
	if version == version2 {
		names = [3]string{"quicv2 key", "quicv2 iv", "quicv2 hp"}
	}
	initial := mac(salt[:], c.bytes[:c.size])
	secret := expand(initial, "client in", 32)
	key, iv, header := expand(secret, names[0], 16), expand(secret, names[1], 12), expand(secret, names[2], 16)
	k := &keys{iv: [12]byte(iv[:12])}
	block, err := aes.NewCipher(key[:16])
	if err != nil {
		return nil
	}
	if k.aead, err = cipher.NewGCM(block); err != nil {
		return nil
	}
	if k.header, err = aes.NewCipher(header[:16]); err != nil {
		return nil
	}
	return k
}

// expand is HKDF-Expand-Label of TLS 1.3 (RFC 8446, section 7.1) for at most 32 bytes, without a context.
func expand(secret [32]byte, label string, size byte) [32]byte {
	var info [40]byte
	b := append(info[:0], 0, size, byte(len("tls13 ")+len(label)))
	b = append(append(b, "tls13 "...), label...)
	return mac(secret[:], append(b, 0, 1))
}

// mac is HMAC-SHA-256 (RFC 2104) of a short message under a short key. Written out because the library's, which takes
// any size, allocates a dozen times for each client.
func mac(key, message []byte) [32]byte {
	var inner [64 + 64]byte
	var outer [64 + 32]byte
	copy(inner[:64], key)
	copy(outer[:64], key)
	for i := range 64 {
		inner[i] ^= 0x36
		outer[i] ^= 0x5c
	}
	n := copy(inner[64:], message)
	sum := sha256.Sum256(inner[:64+n])
	copy(outer[64:], sum[:])
	return sha256.Sum256(outer[:])
}

// open removes the protection of a header and decrypts what follows (RFC 9001, sections 5.3 and 5.4). What it gives
// holds until the next call.
func (r *Reader) open(k *keys, p *long) (plain []byte, ok bool) {
	k.header.Encrypt(r.mask[:], p.bytes[p.number+4:p.number+4+16])
	first := p.bytes[0] ^ r.mask[0]&0x0f
	size := int(first&3) + 1
	r.header = append(r.header[:0], p.bytes[:p.number+size]...)
	r.header[0] = first
	r.nonce = k.iv
	for i := range size {
		r.header[p.number+i] ^= r.mask[1+i]
		r.nonce[12-size+i] ^= r.header[p.number+i]
	}
	plain, err := k.aead.Open(r.plain[:0], r.nonce[:], p.bytes[p.number+size:], r.header)
	if err != nil {
		return nil, false
	}
	r.plain = plain
	return plain, true
}
