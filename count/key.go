package count

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"net/netip"
	"time"

	"abri.example/abri"
)

// key is what makes two sightings the same attack. Fields that do not tell attacks of their sort apart are zero.
type key struct {
	out     bool
	kind    abri.Kind
	service abri.Service
	outside netip.Addr
	inside  netip.Addr
	rest    abri.Outcome // set when the row stands for the rest of an hour
	hour    int64
}

// keyOf is the key of an attack by the published rule. IPv4 in its IPv6 form is the same address; a zone is no part
// of one.
func keyOf(kind abri.Kind, service abri.Service, d abri.Direction, outside, inside netip.Addr) key {
	outside, inside = outside.Unmap().WithZone(""), inside.Unmap().WithZone("")
	k := key{kind: kind, out: d == abri.Out}
	switch {
	case kind.OneRowPerTarget() && k.out:
		k.outside = outside
	case kind.OneRowPerTarget():
		k.inside = inside
	case k.out:
		k.outside, k.inside = outside, inside
	default:
		k.service, k.outside, k.inside = service, outside, inside
	}
	return k
}

// side is the index of the key's bounds: 0 inward and between machines, 1 outward.
func (k key) side() int {
	if k.out {
		return 1
	}
	return 0
}

// identity is the id of the attack with this key that began at first: 128 bits of SHA-256 in hexadecimal.
func (k key) identity(seed string, first time.Time) string {
	h := sha256.New()
	write(h, seed)
	write(h, k.bytes())
	_ = binary.Write(h, binary.BigEndian, first.UnixNano())
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// hash is the key as one number, for the sketch of distinct attacks.
func (k key) hash(seed string) uint64 { return hash(seed, k.bytes()) }

// bytes spells the key out, each part with its length, so that no two keys are spelt alike.
func (k key) bytes() []byte {
	side := "in"
	if k.out {
		side = "out"
	}
	var b []byte
	for _, part := range []string{
		side, string(k.kind), string(k.service), string(k.outside.AsSlice()), string(k.inside.AsSlice()), string(k.rest),
	} {
		b = binary.AppendUvarint(b, uint64(len(part)))
		b = append(b, part...)
	}
	return binary.AppendVarint(b, k.hour)
}

// hash is seed and data as one number that nobody without the seed can foresee.
func hash(seed string, data []byte) uint64 {
	h := sha256.New()
	write(h, seed)
	write(h, data)
	return binary.BigEndian.Uint64(h.Sum(nil))
}

// write adds a part with its length.
func write[T string | []byte](h interface{ Write([]byte) (int, error) }, part T) {
	_, _ = h.Write(binary.AppendUvarint(nil, uint64(len(part))))
	_, _ = h.Write([]byte(part))
}
