package authority

import (
	"crypto/ecdsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"abri.example/abri"
)

// ExportRoot writes the root's key and certificate to a file that is not there yet, and takes the key away here. It is
// done once: CodeNotFound when the key is gone already.
func ExportRoot(folder, file string) error {
	key, err := os.ReadFile(filepath.Join(folder, rootKeyFile))
	if errors.Is(err, fs.ErrNotExist) {
		return &abri.Error{Code: abri.CodeNotFound, Place: folder, What: "the root's key is not here any more", Remedy: "it was exported before, and lies where it was put then"}
	}
	if err != nil {
		return err
	}
	cert, err := os.ReadFile(filepath.Join(folder, rootFile))
	if err != nil {
		return err
	}
	out, err := os.OpenFile(file, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return &abri.Error{Code: abri.CodeRefused, Place: file, What: "the root's key can't be written here", Remedy: "give a file that is not there yet, in a folder that is", Err: err}
	}
	_, err = out.Write(append(key, cert...))
	if err = errors.Join(err, out.Sync(), out.Close()); err != nil {
		return err
	}
	return os.Remove(filepath.Join(folder, rootKeyFile)) // only now that it stands elsewhere
}

// RenewIssuer makes a new issuer with the root's key, from the file that ExportRoot wrote, or from the folder where the
// key has not been exported. Boxes go on with what the issuer of before signed.
func RenewIssuer(folder, file string, now time.Time) error {
	if file == "" {
		file = filepath.Join(folder, rootKeyFile)
	}
	key, err := readKey[*ecdsa.PrivateKey](file)
	if err != nil {
		return err
	}
	root, err := readCertificate(filepath.Join(folder, rootFile))
	if err != nil {
		return err
	}
	if !key.PublicKey.Equal(root.PublicKey) {
		return &abri.Error{Code: abri.CodeRefused, Place: file, What: "this is the key of another root"}
	}
	return makeIssuer(folder, root, key, now)
}

func readCertificate(file string) (*x509.Certificate, error) {
	b, err := blockOf(file, "CERTIFICATE")
	if err != nil {
		return nil, err
	}
	c, err := x509.ParseCertificate(b)
	if err != nil {
		return nil, damaged(file, err)
	}
	return c, nil
}

func readKey[K any](file string) (k K, err error) {
	b, err := blockOf(file, "PRIVATE KEY")
	if err != nil {
		return k, err
	}
	any, err := x509.ParsePKCS8PrivateKey(b)
	if err != nil {
		return k, damaged(file, err)
	}
	k, ok := any.(K)
	if !ok {
		return k, damaged(file, errors.New("a key of another kind"))
	}
	return k, nil
}

// blockOf finds the first block of a kind in a file of PEM.
func blockOf(file, kind string) ([]byte, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, &abri.Error{Code: abri.CodeDamaged, Place: file, What: "a part of the authority is missing", Remedy: "put the folder back as it was", Err: err}
	}
	for {
		var b *pem.Block
		if b, text = pem.Decode(text); b == nil {
			return nil, damaged(file, errors.New("no "+kind+" in it"))
		}
		if b.Type == kind {
			return b.Bytes, nil
		}
	}
}

func damaged(file string, err error) error {
	return &abri.Error{Code: abri.CodeDamaged, Place: file, What: "it can't be read", Remedy: "put the folder back as it was", Err: err}
}

func writeCertificate(file string, der []byte) error {
	return write(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
}

func writeKey(file string, key any) error {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	return write(file, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

// write puts a file in place whole or not at all, its owner's alone.
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
