package feed

import (
	"bytes"
	"regexp"
)

// ja4 is the form of a JA4 fingerprint of a TLS client: a_b_c.
//
// Source: https://github.com/FoxIO-LLC/ja4/blob/main/technical_details/JA4.md.
var ja4 = regexp.MustCompile(`^[tqd](0[0-3]|1[0-3]|s[1-3]|d[1-3])[di][0-9]{4}[0-9a-z]{2}_[0-9a-f]{12}_[0-9a-f]{12}$`)

// fingerprint reads a JA3 fingerprint (32 hexadecimal digits) or a JA4 one.
func fingerprint(text []byte) (string, bool) {
	text = bytes.ToLower(text)
	if len(text) == 32 {
		for _, c := range text {
			if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
				return "", false
			}
		}
		return string(text), true
	}
	return string(text), ja4.Match(text)
}

// readFingerprints reads CSV with a JA3 or JA4 fingerprint first, as SSLBL publishes it.
func readFingerprints(text []byte, out []item) ([]item, reason) {
	if isComment(text) {
		return out, skipped
	}
	first, _, ok := field(text)
	if p, is := fingerprint(first); ok && is {
		return append(out, item{print: p}), taken
	}
	return out, notPrint
}
