// Package courier is the box's hand on the wire: it keeps the papers of its enrolment, and carries applications,
// reports and questions to the observatory over HTTPS, with the box's own certificate and to no server but the one
// whose root its invitation pinned.
//
// Its borders: it decides nothing about what is told or when; that is box/liaison. Papers are files of one folder, the
// box's alone; the key never leaves it.
package courier

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"abri.example/abri"
	"abri.example/abri/fleet"
)

// Papers are what a box has of its enrolment. Chain is empty until a person has confirmed it, Root until the first
// answer. They are plain data.
type Papers struct {
	URL  string `json:"url"`
	Site int64  `json:"site"`
	Name string `json:"name"` // of the site, as the observatory says it
	Box  string `json:"box"`
	Root []byte `json:"root"` // DER
	fleet.Certificate
}

// Confirmed reports whether the box may report.
func (p Papers) Confirmed() bool { return len(p.Chain) > 0 }

// Identity is who the box is.
func (p Papers) Identity() fleet.Identity { return fleet.Identity{Site: p.Site, Box: p.Box} }

// Files of the folder.
const (
	papersFile = "papers.json"
	keyFile    = "key.pem"
)

// Enrolled reads the papers of a folder, and false when the box is not enrolled.
func Enrolled(folder string) (Papers, bool, error) {
	var p Papers
	b, err := os.ReadFile(filepath.Join(folder, papersFile))
	if errors.Is(err, fs.ErrNotExist) {
		return p, false, nil
	}
	if err == nil {
		err = json.Unmarshal(b, &p)
	}
	if err != nil {
		return p, false, &abri.Error{Code: abri.CodeDamaged, Place: folder, What: "the papers of the enrolment", Remedy: "enrol the box again", Err: err}
	}
	return p, true, nil
}

// Leave takes the papers and the key away.
func Leave(folder string) error {
	err := os.Remove(filepath.Join(folder, papersFile))
	if keyErr := os.Remove(filepath.Join(folder, keyFile)); !errors.Is(keyErr, fs.ErrNotExist) {
		err = errors.Join(err, keyErr)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return &abri.Error{Code: abri.CodeNotFound, Place: folder, What: "this box is not enrolled"}
	}
	return err
}

// keep puts papers in place, whole or not at all.
func (p Papers) keep(folder string) error {
	b, err := json.Marshal(p)
	if err != nil {
		return err
	}
	return write(filepath.Join(folder, papersFile), b)
}

func write(file string, text []byte) error {
	part := file + ".part"
	f, err := os.OpenFile(part, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(part, file)
}

// ownKey is the box's key, made when there is none.
func ownKey(folder string) (*ecdsa.PrivateKey, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, err
	}
	file := filepath.Join(folder, keyFile)
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return makeKey(file)
	}
	if err != nil {
		return nil, err
	}
	b, _ := pem.Decode(text)
	if b == nil {
		return nil, &abri.Error{Code: abri.CodeDamaged, Place: file, What: "the box's key", Remedy: "take the file away, and enrol the box again"}
	}
	any, err := x509.ParsePKCS8PrivateKey(b.Bytes)
	key, ok := any.(*ecdsa.PrivateKey)
	if err != nil || !ok {
		return nil, &abri.Error{Code: abri.CodeDamaged, Place: file, What: "the box's key", Remedy: "take the file away, and enrol the box again", Err: err}
	}
	return key, nil
}

func makeKey(file string) (*ecdsa.PrivateKey, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	return key, write(file, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

// RenewAt is when a certificate should be renewed: at half of its life.
func (p Papers) RenewAt() time.Time {
	if !p.Confirmed() {
		return time.Time{}
	}
	c, err := x509.ParseCertificate(p.Chain[0])
	if err != nil {
		return time.Time{}
	}
	return c.NotBefore.Add(c.NotAfter.Sub(c.NotBefore) / 2)
}

// Words are the four words that a person compares: empty before the first answer.
func Words(folder string, p Papers) (string, error) {
	key, err := ownKey(folder)
	if err != nil {
		return "", err
	}
	own, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		return "", err
	}
	root, err := x509.ParseCertificate(p.Root)
	if err != nil {
		return "", err
	}
	return fleet.Words(own, root.RawSubjectPublicKeyInfo), nil
}
