package tls

import (
	"bytes"

	"abri.example/abri/der"
)

// Certificate is what a server's first certificate says of itself (RFC 5280, 4.1). It stands in clear up to TLS 1.2 only. Its
// slices alias what was read.
type Certificate struct {
	Issuer  []byte // as DER
	Subject []byte // as DER
	Until   []byte // the last instant it holds, as UTCTime or GeneralizedTime write it
}

// SelfSigned reports whether nobody but the server itself vouches for it.
func (c Certificate) SelfSigned() bool { return len(c.Subject) > 0 && bytes.Equal(c.Issuer, c.Subject) }

// Endless reports whether it has no end: the date that RFC 5280, 4.1.2.5 keeps for that, and what else lies beyond 2100.
func (c Certificate) Endless() bool {
	return len(c.Until) == len("99991231235959Z") && string(c.Until[:2]) > "20"
}

// The message of a certificate (RFC 5246, 7.4), and the head of each.
const (
	certificateMsg = 11
	messageHead    = 4
)

// ReadCertificate reads the first certificate in what a server sent first, of which the end may be missing: the names stand near
// the beginning. It reports false where there is none, or where it was cut before its subject.
func ReadCertificate(flight []byte) (Certificate, bool) {
	for {
		head, ok := ReadHead(flight)
		if !ok || head.Type != Handshake {
			return Certificate{}, false
		}
		end := min(HeadSize+head.Length, len(flight))
		for m := flight[HeadSize:end]; len(m) > messageHead; {
			if m[0] == certificateMsg {
				return readCertificate(m[messageHead:])
			}
			m = m[min(len(m), messageHead+int(m[1])<<16+int(m[2])<<8+int(m[3])):]
		}
		flight = flight[end:]
	}
}

// readCertificate reads the message behind its head: two lengths of three bytes, and the first certificate.
func readCertificate(m []byte) (c Certificate, ok bool) {
	if len(m) < 6 {
		return c, false
	}
	_, body, _ := der.Next(m[6:])  // Certificate
	_, body, _ = der.Next(body)    // TBSCertificate
	tag, _, rest := der.Next(body) // version, of which the first has none
	if tag == der.Context(0) {
		_, _, rest = der.Next(rest) // serial number
	}
	_, _, rest = der.Next(rest) // algorithm
	_, c.Issuer, rest = der.Next(rest)
	_, validity, rest := der.Next(rest)
	_, _, until := der.Next(validity)
	_, c.Until, _ = der.Next(until)
	_, c.Subject, rest = der.Next(rest)
	return c, len(rest) > 0 // a key follows, so the subject is whole
}
