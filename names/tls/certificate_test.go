package tls

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"testing"
	"time"
)

// made is a certificate that somebody made, as a server sends it behind its hello; joined says whether both are in one record.
func made(t testing.TB, subject, issuer string, until time.Time, joined bool) []byte {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	sheet := func(name string) *x509.Certificate {
		return &x509.Certificate{SerialNumber: big.NewInt(7), Subject: pkix.Name{CommonName: name}, NotBefore: time.Unix(0, 0), NotAfter: until}
	}
	der, err := x509.CreateCertificate(rand.Reader, sheet(subject), sheet(issuer), &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	hello := append([]byte{2, 0, 0, 38, 3, 3}, make([]byte, 36)...)
	size := func(n int) []byte { return []byte{byte(n >> 16), byte(n >> 8), byte(n)} }
	chain := append(append(size(len(der)+3), size(len(der))...), der...)
	message := append(append([]byte{11}, size(len(chain))...), chain...)
	record := func(b []byte) []byte { return append([]byte{22, 3, 3, byte(len(b) >> 8), byte(len(b))}, b...) }
	if joined {
		return record(append(hello, message...))
	}
	return append(record(hello), record(message)...)
}

func TestWhatACertificateSays(t *testing.T) {
	endless := time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)
	year := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		subject, issuer string
		until           time.Time
		self, endless   bool
	}{
		"made by a kit":    {"SXN Server CA", "SXN Server CA", endless, true, true},
		"of a device":      {"nas", "nas", year, true, false},
		"vouched for":      {"www.mairie.example", "An authority", year, false, false},
		"for fifty years":  {"nas", "nas", time.Date(2076, 1, 1, 0, 0, 0, 0, time.UTC), true, false},
		"for two hundreds": {"nas", "nas", time.Date(2226, 1, 1, 0, 0, 0, 0, time.UTC), true, true},
	} {
		for _, joined := range []bool{true, false} {
			flight := made(t, c.subject, c.issuer, c.until, joined)
			got, ok := ReadCertificate(flight)
			if !ok || got.SelfSigned() != c.self || got.Endless() != c.endless {
				t.Errorf("%s: read %v, self-signed %v, endless %v", name, ok, got.SelfSigned(), got.Endless())
			}
			if _, ok := ReadCertificate(flight[:150]); ok && !joined {
				t.Errorf("%s: cut before its subject, and read", name)
			}
		}
	}
}

func FuzzCertificate(f *testing.F) {
	f.Add(made(f, "a", "b", time.Unix(1<<31, 0), true))
	f.Fuzz(func(t *testing.T, flight []byte) {
		if c, ok := ReadCertificate(flight); ok && len(c.Issuer)+len(c.Subject) > len(flight) {
			t.Errorf("read more than there is: %+v", c)
		}
	})
}
