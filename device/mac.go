package device

import (
	"encoding/hex"
	"strings"

	"abri.example/abri"
)

// MAC is a hardware address (IEEE 802).
type MAC [6]byte

// String is six pairs of hexadecimal digits in lower case, with colons between them.
func (m MAC) String() string {
	var b [17]byte
	for i := range m {
		hex.Encode(b[3*i:], m[i:i+1])
		if i < 5 {
			b[3*i+2] = ':'
		}
	}
	return string(b[:])
}

// IsZero reports whether it is no address.
func (m MAC) IsZero() bool { return m == MAC{} }

// card reports whether it can be that of one network card: not zero, and no group's.
func (m MAC) card() bool { return !m.IsZero() && m[0]&1 == 0 }

// MarshalText gives String, and nothing for the zero MAC.
func (m MAC) MarshalText() ([]byte, error) {
	if m.IsZero() {
		return nil, nil
	}
	return []byte(m.String()), nil
}

// UnmarshalText reads what MarshalText gives.
func (m *MAC) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*m = MAC{}
		return nil
	}
	var err error
	*m, err = ParseMAC(string(b))
	return err
}

// ParseMAC reads six pairs of hexadecimal digits, with colons or hyphens between them. CodeInvalid for anything else.
func ParseMAC(text string) (m MAC, err error) {
	if len(text) == 17 {
		digits := strings.Map(func(r rune) rune {
			if r == ':' || r == '-' {
				return -1
			}
			return r
		}, text)
		if n, err := hex.Decode(m[:], []byte(digits[:min(len(digits), 12)])); err == nil && n == 6 && len(digits) == 12 {
			return m, nil
		}
	}
	return MAC{}, &abri.Error{Code: abri.CodeInvalid, Place: text, What: "this is no hardware address", Remedy: "write six pairs, such as b8:27:eb:01:02:03"}
}
