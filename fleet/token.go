package fleet

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"strings"

	"abri.example/abri"
)

// Token is an invitation, which a person carries to the box. Secret is used once; Pin is the SHA-256 of the public key
// (SubjectPublicKeyInfo, RFC 7469 section 2.4) of the observatory's root, so that the box cannot be lured to another.
type Token struct {
	URL    string `json:"u"`
	Site   int64  `json:"s"`
	Secret []byte `json:"k"`
	Pin    []byte `json:"p"`
}

// tokenHead begins every token, with the version of its form.
const tokenHead = "abri1."

// SecretSize is the bytes of a token's secret.
const SecretSize = 16

// String is the token as a person carries it: one word.
func (t Token) String() string {
	b, _ := json.Marshal(t) // plain fields: it cannot fail
	return tokenHead + base64.RawURLEncoding.EncodeToString(b)
}

// ParseToken reads a token. White space around and within it, as mails put in, is not minded.
func ParseToken(s string) (Token, error) {
	bad := &abri.Error{Code: abri.CodeInvalid, What: "this is not an invitation", Remedy: "copy the whole word that begins with " + tokenHead}
	s = strings.Join(strings.Fields(s), "")
	if len(s) > 1024 || !strings.HasPrefix(s, tokenHead) {
		return Token{}, bad
	}
	b, err := base64.RawURLEncoding.DecodeString(s[len(tokenHead):])
	if err != nil {
		return Token{}, bad
	}
	var t Token
	if json.Unmarshal(b, &t) != nil || t.Site <= 0 || len(t.Secret) != SecretSize || len(t.Pin) != sha256.Size {
		return Token{}, bad
	}
	if u, err := url.Parse(t.URL); err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil {
		return Token{}, bad
	}
	return t, nil
}

// PinOf is the pin of a certificate.
func PinOf(c *x509.Certificate) []byte {
	h := sha256.Sum256(c.RawSubjectPublicKeyInfo)
	return h[:]
}
