package feed

import (
	"bytes"
	"net/netip"
)

// longestAddress is the length of the longest text of an IPv6 address: eight groups, the last two as dotted quad.
const longestAddress = 45

// address reads text that is one address and nothing else: no port, no zone, no leading zeros, and IPv4 as four decimal
// numbers only (RFC 6943 §3.1.1 tells what the looser forms lead to).
func address(text []byte) (netip.Addr, reason) {
	if bytes.IndexByte(text, ':') < 0 {
		return quad(text)
	}
	if len(text) > longestAddress || bytes.IndexByte(text, '%') >= 0 {
		return netip.Addr{}, notAddress
	}
	a, err := netip.ParseAddr(string(text))
	switch {
	case err != nil:
		return netip.Addr{}, notAddress
	case a.Is4In6():
		return netip.Addr{}, mapped
	}
	return a, taken
}

// quad reads an IPv4 address from bytes. It is written out because lists are millions of these, and because
// netip.ParseAddr wants a string and does not tell a leading zero from other faults.
func quad(text []byte) (netip.Addr, reason) {
	var out [4]byte
	n, digits, at := 0, 0, 0
	for _, c := range text {
		switch {
		case '0' <= c && c <= '9':
			if digits > 0 && n == 0 {
				return netip.Addr{}, leadingZero
			}
			if n = n*10 + int(c-'0'); n > 255 {
				return netip.Addr{}, notAddress
			}
			digits++
		case c == '.' && digits > 0 && at < 3:
			out[at] = byte(n)
			n, digits, at = 0, 0, at+1
		default:
			return netip.Addr{}, notAddress
		}
	}
	if digits == 0 || at != 3 {
		return netip.Addr{}, notAddress
	}
	out[3] = byte(n)
	return netip.AddrFrom4(out), taken
}

// host reads an address that may carry a port, which is dropped: 192.0.2.1:443, [2001:db8::1]:443. An IPv6 address
// without brackets has no port.
func host(text []byte) (netip.Addr, reason) {
	if len(text) > 0 && text[0] == '[' {
		inner, rest, closed := bytes.Cut(text[1:], []byte("]"))
		if !closed || bytes.IndexByte(inner, ':') < 0 {
			return netip.Addr{}, notAddress
		}
		if len(rest) > 0 && !isPort(rest) {
			return netip.Addr{}, badPort
		}
		return address(inner)
	}
	if colon := bytes.IndexByte(text, ':'); colon >= 0 && colon == bytes.LastIndexByte(text, ':') {
		a, why := quad(text[:colon])
		if why == taken && !isPort(text[colon:]) {
			why = badPort
		}
		return a, why
	}
	return address(text)
}

// isPort reports whether text is a colon and a port number.
func isPort(text []byte) bool {
	_, ok := decimal(text[1:], 65535)
	return ok && text[0] == ':'
}

// decimal reads a number of at most most, written without sign or leading zero.
func decimal(text []byte, most int) (int, bool) {
	if len(text) == 0 || len(text) > 1 && text[0] == '0' {
		return 0, false
	}
	n := 0
	for _, c := range text {
		if c < '0' || c > '9' {
			return 0, false
		}
		if n = n*10 + int(c-'0'); n > most {
			return 0, false
		}
	}
	return n, true
}
