package fleet

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/netip"
)

// Pseudonym stands for a device of a site: 64 bits of HMAC-SHA256 (RFC 2104) of its address, in hexadecimal. Who does
// not hold the box's secret can neither undo it nor make it, and the same device of two boxes has two.
func Pseudonym(secret []byte, device netip.Addr) string {
	h := hmac.New(sha256.New, secret)
	h.Write(device.Unmap().WithZone("").AsSlice())
	return hex.EncodeToString(h.Sum(nil)[:8])
}
