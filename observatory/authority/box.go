package authority

import (
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"net/url"
	"time"

	"abri.example/abri"
	"abri.example/abri/fleet"
)

// Request reads a certificate signing request whose signature proves that the box has the key. CodeInvalid else.
func Request(der []byte) (*x509.CertificateRequest, error) {
	r, err := x509.ParseCertificateRequest(der)
	if err == nil {
		err = r.CheckSignature()
	}
	if err != nil {
		return nil, &abri.Error{Code: abri.CodeInvalid, What: "the certificate signing request", Err: err}
	}
	return r, nil
}

// Fingerprint is SHA-256 of a public key, as SubjectPublicKeyInfo.
func Fingerprint(key []byte) []byte {
	h := sha256.Sum256(key)
	return h[:]
}

// Words are the four words of a box with this public key.
func (a *Authority) Words(key []byte) string { return fleet.Words(key, a.root.RawSubjectPublicKeyInfo) }

// Certify signs for a box, from a request that was checked. What the request says beside its key is not looked at.
func (a *Authority) Certify(r *x509.CertificateRequest, id fleet.Identity, now time.Time) (c fleet.Certificate, expires time.Time, err error) {
	expires = now.Add(BoxLife)
	if expires.After(a.issuer.NotAfter) {
		expires = a.issuer.NotAfter
	}
	der, err := sign(&x509.Certificate{
		Subject: pkix.Name{CommonName: "Abri box " + id.Box}, NotBefore: now.Add(-early), NotAfter: expires, URIs: []*url.URL{id.URI()},
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}, BasicConstraintsValid: true,
	}, a.issuer, r.PublicKey, a.key)
	if err != nil {
		return c, expires, err
	}
	return fleet.Certificate{Chain: [][]byte{der, a.issuer.Raw}, Signer: a.signer.Public().(ed25519.PublicKey)}, expires, nil
}

// Identify gives who a certificate is for. Refusals: ReasonStranger when it was not signed here or is for nobody,
// ReasonExpired with the identity when it has ended less than Grace ago: enough to renew it.
func (a *Authority) Identify(c *x509.Certificate, chain []*x509.Certificate, now time.Time) (fleet.Identity, error) {
	roots, between := x509.NewCertPool(), x509.NewCertPool()
	roots.AddCert(a.root)
	between.AddCert(a.issuer)
	for _, x := range chain {
		between.AddCert(x) // an issuer of before
	}
	at, late := now, now.After(c.NotAfter)
	if late && now.Sub(c.NotAfter) < Grace {
		at = c.NotAfter
	}
	_, err := c.Verify(x509.VerifyOptions{Roots: roots, Intermediates: between, CurrentTime: at, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}})
	if err != nil || len(c.URIs) != 1 {
		return fleet.Identity{}, fleet.Refuse(fleet.ReasonStranger, "this certificate was not given here")
	}
	id, ok := fleet.ParseIdentity(c.URIs[0])
	if !ok {
		return fleet.Identity{}, fleet.Refuse(fleet.ReasonStranger, "this certificate is no box's")
	}
	if late {
		return id, fleet.Refuse(fleet.ReasonExpired, "the certificate ended "+c.NotAfter.UTC().Format(time.DateOnly))
	}
	return id, nil
}
