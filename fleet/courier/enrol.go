package courier

import (
	"context"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"net/http"
	"strings"

	"abri.example/abri"
	"abri.example/abri/fleet"
)

// Apply asks the observatory of an invitation to take this box in, and keeps the papers. A person then compares the
// words. CodeRefused when the box is enrolled already; a *fleet.Refusal when the invitation is not good.
func Apply(ctx context.Context, folder string, t fleet.Token, software string, o Options) (*Courier, error) {
	p, there, err := Enrolled(folder)
	if err != nil {
		return nil, err
	}
	if there && (p.Confirmed() || p.Site != t.Site) {
		return nil, &abri.Error{Code: abri.CodeRefused, Place: p.URL, What: "this box is enrolled already, as " + p.Name, Remedy: "abri enrol --leave takes it out first"}
	}
	if !there {
		p = Papers{URL: t.URL, Site: t.Site, Box: strings.ToLower(rand.Text())}
	}
	c, err := begin(folder, p, t.Pin, o)
	if err != nil {
		return nil, err
	}
	request, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{}, c.key)
	if err != nil {
		return nil, err
	}
	said, err := json.Marshal(fleet.Application{Version: fleet.Version, Site: t.Site, Secret: t.Secret, Box: p.Box, Request: request, Software: software})
	if err != nil {
		return nil, err
	}
	// The papers come first: an answer that is lost finds the same box, which may ask again.
	if err := c.Papers().keep(folder); err != nil {
		return nil, err
	}
	place, err := ask[fleet.Place](ctx, c, c.looker, http.MethodPost, fleet.PathEnrol, said)
	if err != nil {
		_ = Leave(folder)
		return nil, err
	}
	c.mu.Lock()
	c.papers.Name = place.Name
	c.mu.Unlock()
	return c, c.Papers().keep(folder)
}

// Collect asks for the certificate. ReasonUnconfirmed while nobody has confirmed the box.
func (c *Courier) Collect(ctx context.Context) error {
	said, err := json.Marshal(c.Papers().Identity())
	if err != nil {
		return err
	}
	return c.take(ask[fleet.Certificate](ctx, c, c.looker, http.MethodPost, fleet.PathCollect, said))
}

// Renew asks for another certificate.
func (c *Courier) Renew(ctx context.Context) error {
	return c.take(ask[fleet.Certificate](ctx, c, c.client, http.MethodPost, fleet.PathRenew, nil))
}

// take keeps a certificate and shows it from now on.
func (c *Courier) take(got fleet.Certificate, err error) error {
	if err != nil {
		return err
	}
	leaf, err := x509.ParseCertificate(firstOf(got.Chain))
	if err != nil || !c.key.PublicKey.Equal(leaf.PublicKey) {
		return &abri.Error{Code: abri.CodeInvalid, Place: c.Papers().URL, What: "the certificate is not for this box", Err: err}
	}
	c.mu.Lock()
	c.papers.Certificate = got
	c.mu.Unlock()
	if err := c.Papers().keep(c.folder); err != nil {
		return err
	}
	c.client.CloseIdleConnections()
	return c.show()
}

func firstOf(chain [][]byte) []byte {
	if len(chain) == 0 {
		return nil
	}
	return chain[0]
}
