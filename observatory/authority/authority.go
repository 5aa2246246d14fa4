// Package authority is who an observatory is, and who its boxes are: its own certificate authority.
//
//	root (ten years, its key goes offline) → issuer (two years) → boxes (30 days), the server (90 days)
//
// A box trusts the root, whose pin stands in its invitation. The root's key signs the issuer and nothing else, so it
// may be exported once and kept in a safe; without it all goes on until the issuer ends.
//
// Its borders: it keeps its keys in files of one folder, its owner's alone, and knows no database and no network. It
// has no clock: time is an argument. An Authority is safe for concurrent use.
package authority

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io/fs"
	"math/big"
	"os"
	"path/filepath"
	"time"

	"abri.example/abri"
	"abri.example/abri/fleet"
)

// How long what is signed lives. A box's certificate is renewed at half; one that ended less than Grace ago may still
// be renewed, for a box that was long away, and do nothing else.
const (
	rootLife   = 10 * 366 * 24 * time.Hour
	issuerLife = 2 * 366 * 24 * time.Hour
	serverLife = 90 * 24 * time.Hour
	BoxLife    = 30 * 24 * time.Hour
	Grace      = 180 * 24 * time.Hour
	early      = 24 * time.Hour // what is signed is good from a day before: clocks differ
)

// Authority signs for an observatory.
type Authority struct {
	folder string
	root   *x509.Certificate
	issuer *x509.Certificate
	key    *ecdsa.PrivateKey // the issuer's
	signer ed25519.PrivateKey
}

// Files of the folder.
const (
	rootFile      = "root.crt"
	rootKeyFile   = "root.key"
	issuerFile    = "issuer.crt"
	issuerKeyFile = "issuer.key"
	signerFile    = "signpost.key"
)

// Open reads the authority of a folder, or makes one where there is none. CodeDamaged when some of it is missing.
func Open(folder string, now time.Time) (*Authority, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, err
	}
	if _, err := os.Stat(filepath.Join(folder, rootFile)); errors.Is(err, fs.ErrNotExist) {
		if err := found(folder, now); err != nil {
			return nil, err
		}
	}
	a := &Authority{folder: folder}
	var err error
	if a.root, err = readCertificate(filepath.Join(folder, rootFile)); err != nil {
		return nil, err
	}
	if a.issuer, err = readCertificate(filepath.Join(folder, issuerFile)); err != nil {
		return nil, err
	}
	if a.key, err = readKey[*ecdsa.PrivateKey](filepath.Join(folder, issuerKeyFile)); err != nil {
		return nil, err
	}
	if a.signer, err = readKey[ed25519.PrivateKey](filepath.Join(folder, signerFile)); err != nil {
		return nil, err
	}
	if !a.key.PublicKey.Equal(a.issuer.PublicKey) {
		return nil, &abri.Error{Code: abri.CodeDamaged, Place: folder, What: "the issuer's key is another's", Remedy: "abri-observatory issuer makes a new one with the root's key"}
	}
	if err := a.issuer.CheckSignatureFrom(a.root); err != nil {
		return nil, &abri.Error{Code: abri.CodeDamaged, Place: folder, What: "the issuer is not of this root", Remedy: "put back the folder as it was", Err: err}
	}
	return a, nil
}

// found makes root, issuer and the signer of signposts. The root comes last: a folder without it is no authority yet.
func found(folder string, now time.Time) error {
	rootKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	root := &x509.Certificate{
		Subject: pkix.Name{CommonName: "Abri observatory root"}, NotBefore: now.Add(-early), NotAfter: now.Add(rootLife),
		IsCA: true, BasicConstraintsValid: true, MaxPathLen: 1, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}
	rootDER, err := sign(root, root, &rootKey.PublicKey, rootKey)
	if err != nil {
		return err
	}
	if root, err = x509.ParseCertificate(rootDER); err != nil {
		return err
	}
	_, signer, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return err
	}
	return errors.Join(
		makeIssuer(folder, root, rootKey, now),
		writeKey(filepath.Join(folder, signerFile), signer),
		writeKey(filepath.Join(folder, rootKeyFile), rootKey),
		writeCertificate(filepath.Join(folder, rootFile), rootDER),
	)
}

// makeIssuer makes an issuer with a new key under the root.
func makeIssuer(folder string, root *x509.Certificate, rootKey *ecdsa.PrivateKey, now time.Time) error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	issuer := &x509.Certificate{
		Subject: pkix.Name{CommonName: "Abri observatory issuer"}, NotBefore: now.Add(-early), NotAfter: now.Add(issuerLife),
		IsCA: true, BasicConstraintsValid: true, MaxPathLenZero: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	der, err := sign(issuer, root, &key.PublicKey, rootKey)
	if err != nil {
		return err
	}
	return errors.Join(writeKey(filepath.Join(folder, issuerKeyFile), key), writeCertificate(filepath.Join(folder, issuerFile), der))
}

// sign signs a certificate with a random serial of 120 bits.
func sign(c, parent *x509.Certificate, public any, key *ecdsa.PrivateKey) ([]byte, error) {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return nil, err
	}
	c.SerialNumber = serial
	return x509.CreateCertificate(rand.Reader, c, parent, public, key)
}

// Root is the root's certificate.
func (a *Authority) Root() *x509.Certificate { return a.root }

// Pin is what an invitation says of the root.
func (a *Authority) Pin() []byte { return fleet.PinOf(a.root) }

// Signer signs signposts.
func (a *Authority) Signer() ed25519.PrivateKey { return a.signer }

// Ends is when the issuer ends: by then it must be renewed with the root's key.
func (a *Authority) Ends() time.Time { return a.issuer.NotAfter }
