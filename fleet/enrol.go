package fleet

import (
	"net/url"
	"strconv"
	"strings"
)

// Paths of the observatory for boxes. All but PathEnrol and PathSignpost ask for the box's certificate.
const (
	PathEnrol    = "/v1/enrol"    // POST Application → Place, once for a token
	PathCollect  = "/v1/collect"  // POST → Certificate, or ReasonUnconfirmed; by the box's own key
	PathRenew    = "/v1/renew"    // POST → Certificate
	PathReport   = "/v1/report"   // POST Report → Answer
	PathOrders   = "/v1/orders"   // GET ?after=N → []Order
	PathSignpost = "/v1/signpost" // GET → Signpost
)

// Application is how a box asks to be taken in. Box is a random word of its own making; Request the certificate
// signing request (PKCS #10, RFC 2986), in DER, of a key that never leaves it.
type Application struct {
	Version  int    `json:"version"`
	Site     int64  `json:"site"`
	Secret   []byte `json:"secret"`
	Box      string `json:"box"`
	Request  []byte `json:"request"`
	Software string `json:"software,omitempty"`
}

// Check refuses an application that no box of ours would write.
func (a Application) Check() error {
	switch {
	case a.Version > Version || a.Version < 1:
		return &Refusal{Reason: ReasonVersion, What: "another version of enrolment", Version: Version}
	case a.Site <= 0 || len(a.Secret) != SecretSize || !isWord(a.Box, 64) || len(a.Request) == 0 || len(a.Request) > 4<<10 || len(a.Software) > 64:
		return malformed("this is not an application")
	}
	return nil
}

// Place answers an application: what the site is called, so that a person sees that it is the right one.
type Place struct {
	Site int64  `json:"site"`
	Name string `json:"name"`
}

// Certificate is a chain in DER: the box's, then its issuers up to and without the root. Signer is the public key
// (Ed25519) that signs signposts.
type Certificate struct {
	Chain  [][]byte `json:"chain"`
	Signer []byte   `json:"signer"`
}

// Identity is who a certificate is for. It stands in the certificate as a URI.
type Identity struct {
	Site int64  `json:"site"`
	Box  string `json:"box"`
}

// URI is the identity as the certificate has it.
func (i Identity) URI() *url.URL {
	return &url.URL{Scheme: "abri", Host: "site", Path: "/" + strconv.FormatInt(i.Site, 10) + "/" + i.Box}
}

// ParseIdentity reads an identity's URI.
func ParseIdentity(u *url.URL) (Identity, bool) {
	if u == nil || u.Scheme != "abri" || u.Host != "site" {
		return Identity{}, false
	}
	site, box, ok := strings.Cut(strings.TrimPrefix(u.Path, "/"), "/")
	n, err := strconv.ParseInt(site, 10, 64)
	if !ok || err != nil || n <= 0 || !isWord(box, 64) {
		return Identity{}, false
	}
	return Identity{n, box}, true
}
