package courier

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"time"

	"abri.example/abri/fleet"
)

// Courier speaks with one observatory. It is safe for concurrent use. Close it.
type Courier struct {
	folder string
	key    *ecdsa.PrivateKey
	now    func() time.Time // what the box holds for the time; certificates are judged by it
	client *http.Client
	looker *http.Client // certificates of any time do: for the signpost, which bears its own signature and gives the time, and before the time is known

	mu     sync.Mutex
	papers Papers
	pin    []byte
	shown  *tls.Certificate
}

// Options of a courier. Dial is how connections are made; net.Dialer's when nil.
type Options struct {
	Now  func() time.Time
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
}

// Open takes up the papers of a folder. Use Apply for a box that has none.
func Open(folder string, p Papers, o Options) (*Courier, error) {
	root, err := x509.ParseCertificate(p.Root)
	if err != nil {
		return nil, err
	}
	return begin(folder, p, fleet.PinOf(root), o)
}

func begin(folder string, p Papers, pin []byte, o Options) (*Courier, error) {
	key, err := ownKey(folder)
	if err != nil {
		return nil, err
	}
	c := &Courier{folder: folder, key: key, now: o.Now, papers: p, pin: pin}
	if err := c.show(); err != nil {
		return nil, err
	}
	dial := o.Dial
	if dial == nil {
		dial = (&net.Dialer{Timeout: 20 * time.Second}).DialContext
	}
	c.client, c.looker = c.clientAt(dial, c.now), c.clientAt(dial, nil)
	return c, nil
}

// clientAt makes a client that judges certificates by a clock, or by none.
func (c *Courier) clientAt(dial func(context.Context, string, string) (net.Conn, error), now func() time.Time) *http.Client {
	return &http.Client{Timeout: 2 * time.Minute, Transport: &http.Transport{
		DialContext: dial, TLSClientConfig: c.tls(now), TLSHandshakeTimeout: 30 * time.Second, MaxIdleConns: 2, IdleConnTimeout: 15 * time.Second,
		TLSNextProto: map[string]func(string, *tls.Conn) http.RoundTripper{}, Proxy: http.ProxyFromEnvironment, DisableCompression: true,
	}, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// Close lets go of connections.
func (c *Courier) Close() {
	c.client.CloseIdleConnections()
	c.looker.CloseIdleConnections()
}

// Papers are those of this moment.
func (c *Courier) Papers() Papers {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.papers
}

// tls trusts the one root that was pinned, found in the chain that the server shows.
func (c *Courier) tls(now func() time.Time) *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS13,
		GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
			c.mu.Lock()
			defer c.mu.Unlock()
			return c.shown, nil
		},
		InsecureSkipVerify: true, // VerifyConnection verifies, by the pin
		VerifyConnection:   func(s tls.ConnectionState) error { return c.verify(s, now) },
	}
}

// verify checks the server's chain as crypto/tls would, with the pinned root as the only one.
func (c *Courier) verify(s tls.ConnectionState, now func() time.Time) error {
	at := s.PeerCertificates[0].NotBefore
	if now != nil {
		at = now()
	}
	roots, between := x509.NewCertPool(), x509.NewCertPool()
	found := false
	for _, x := range s.PeerCertificates[1:] {
		if bytes.Equal(fleet.PinOf(x), c.pin) {
			roots.AddCert(x)
			found = true
			c.learn(x)
		} else {
			between.AddCert(x)
		}
	}
	if !found {
		return errors.New("this is not the observatory of the invitation: its root is another")
	}
	leaf := s.PeerCertificates[0]
	if _, err := leaf.Verify(x509.VerifyOptions{Roots: roots, Intermediates: between, CurrentTime: at}); err != nil {
		return err
	}
	u, err := url.Parse(c.Papers().URL)
	if err != nil {
		return err
	}
	return leaf.VerifyHostname(u.Hostname()) // an address has no place in ConnectionState.ServerName
}

// learn keeps the root that fits the pin.
func (c *Courier) learn(root *x509.Certificate) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.papers.Root) == 0 {
		c.papers.Root = root.Raw
	}
}

// show makes the certificate that the box shows: the observatory's, or before that one of its own that proves its key.
func (c *Courier) show() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.papers.Confirmed() {
		c.shown = &tls.Certificate{Certificate: c.papers.Chain, PrivateKey: c.key}
		return nil
	}
	now := c.now()
	der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: now.Add(-time.Hour), NotAfter: now.Add(365 * 24 * time.Hour)},
		&x509.Certificate{SerialNumber: big.NewInt(1)}, &c.key.PublicKey, c.key)
	c.shown = &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: c.key}
	return err
}

// Send carries a report. The error is a *fleet.Refusal when the observatory answered one.
func (c *Courier) Send(ctx context.Context, report []byte) (fleet.Answer, error) {
	return ask[fleet.Answer](ctx, c, c.client, http.MethodPost, fleet.PathReport, report)
}

// Orders asks for the orders after a number.
func (c *Courier) Orders(ctx context.Context, after uint64) ([]fleet.Order, error) {
	return ask[[]fleet.Order](ctx, c, c.client, http.MethodGet, fleet.PathOrders+"?after="+strconv.FormatUint(after, 10), nil)
}

// Signpost looks at the signpost, which must be signed by the observatory of the papers.
func (c *Courier) Signpost(ctx context.Context) (fleet.Signpost, error) {
	file, err := ask[json.RawMessage](ctx, c, c.looker, http.MethodGet, fleet.PathSignpost, nil)
	if err != nil {
		return fleet.Signpost{}, err
	}
	return fleet.ReadSignpost(file, ed25519.PublicKey(c.Papers().Signer))
}

// mostAnswer bounds what is read of an answer.
const mostAnswer = 4 << 20

// ask sends one request and reads its answer.
func ask[T any](ctx context.Context, c *Courier, by *http.Client, method, path string, body []byte) (out T, err error) {
	q, err := http.NewRequestWithContext(ctx, method, c.Papers().URL+path, bytes.NewReader(body))
	if err != nil {
		return out, err
	}
	q.Header.Set("Content-Type", "application/json")
	a, err := by.Do(q)
	if err != nil {
		return out, err
	}
	defer a.Body.Close()
	said, err := io.ReadAll(io.LimitReader(a.Body, mostAnswer))
	if err != nil {
		return out, err
	}
	if a.StatusCode != http.StatusOK {
		return out, fleet.DecodeRefusal(said)
	}
	return out, json.Unmarshal(said, &out)
}
