package authority

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"net"
	"sync"
	"time"
)

// Server gives the certificate of the observatory's own server for the names and addresses under which it is reached.
// It is made anew at half its life, with a key that stands in no file. The chain holds the root, so that a box that has
// only its pin finds it there.
func (a *Authority) Server(names []string, now func() time.Time) func() (*tls.Certificate, error) {
	var mu sync.Mutex
	var stands *tls.Certificate
	var renew time.Time
	return func() (*tls.Certificate, error) {
		mu.Lock()
		defer mu.Unlock()
		at := now()
		if stands != nil && at.Before(renew) {
			return stands, nil
		}
		c, err := a.serverCertificate(names, at)
		if err != nil {
			return nil, err
		}
		stands, renew = c, at.Add(serverLife/2)
		return stands, nil
	}
}

func (a *Authority) serverCertificate(names []string, now time.Time) (*tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	c := &x509.Certificate{
		Subject: pkix.Name{CommonName: "Abri observatory"}, NotBefore: now.Add(-early), NotAfter: now.Add(serverLife),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, BasicConstraintsValid: true,
	}
	for _, n := range names {
		if ip := net.ParseIP(n); ip != nil {
			c.IPAddresses = append(c.IPAddresses, ip)
		} else {
			c.DNSNames = append(c.DNSNames, n)
		}
	}
	der, err := sign(c, a.issuer, &key.PublicKey, a.key)
	if err != nil {
		return nil, err
	}
	return &tls.Certificate{Certificate: [][]byte{der, a.issuer.Raw, a.root.Raw}, PrivateKey: key}, nil
}
