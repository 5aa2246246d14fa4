// Package fetch gets one list from its publisher over HTTPS, and trusts nothing that comes back: not its size, nor how
// far it unpacks, nor how long it takes, nor where it redirects to.
//
// Its borders: it looks at no content but what HTTP and its packings need, keeps nothing, and knows no schedule; that is
// feed/shelf's.
package fetch

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"abri.example/abri"
)

// Limits bound one answer. Size is of the list unpacked, Ratio is how many times longer than its packed form it may be
// beyond the first megabyte, Time is for the whole of it.
type Limits struct {
	Size  int64
	Ratio int64
	Time  time.Duration
}

// DefaultLimits are above every list of the catalogue: the longest is 40 MB, text packs 3 to 20 times, and a line of
// 1 Mbit/s carries 37 MB in the time.
var DefaultLimits = Limits{Size: 128 << 20, Ratio: 100, Time: 5 * time.Minute}

// Options set up a Client. Proxy is the proxy to use; nil takes that of the environment (HTTPS_PROXY, NO_PROXY). Roots
// are certificates in PEM that are trusted besides the system's, such as those of a proxy that looks inside.
type Options struct {
	Agent  string
	Limits Limits
	Proxy  *url.URL
	Roots  []byte
}

// Client gets lists. It is safe for concurrent use.
type Client struct {
	http   http.Client
	agent  string
	limits Limits
}

// Request is what to get. Plain lets HTTP without TLS be used, where anybody on the way can write the list. ETag and
// Modified are those of the copy at hand, and empty without one.
type Request struct {
	URL      string
	Plain    bool
	ETag     string
	Modified string
}

// Answer is what came. Unchanged says that the copy at hand is the newest, and nothing was written. ETag and Modified are
// to be given back with the next request. After says not to ask again before so long; it may come with an error.
type Answer struct {
	Unchanged bool
	ETag      string
	Modified  string
	After     time.Duration
}

// maxRedirects is more than any publisher needs.
const maxRedirects = 5

// New makes a client. It fails when Roots holds no certificate.
func New(o Options) (*Client, error) {
	if o.Limits == (Limits{}) {
		o.Limits = DefaultLimits
	}
	roots, err := trusted(o.Roots)
	if err != nil {
		return nil, err
	}
	proxy := http.ProxyFromEnvironment
	if o.Proxy != nil {
		proxy = http.ProxyURL(o.Proxy)
	}
	c := &Client{agent: o.Agent, limits: o.Limits}
	c.http.Transport = &http.Transport{
		Proxy: proxy, DisableCompression: true, // packings are asked for and unpacked here, within bounds
		TLSClientConfig:       &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:   30 * time.Second,
		ResponseHeaderTimeout: time.Minute,
		MaxIdleConnsPerHost:   1,
		IdleConnTimeout:       time.Minute,
		ForceAttemptHTTP2:     true,
	}
	return c, nil
}

// trusted is the system's certificates and the given ones, or nil for the system's alone.
func trusted(pem []byte) (*x509.CertPool, error) {
	if len(pem) == 0 {
		return nil, nil
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	if !pool.AppendCertsFromPEM(pem) {
		return nil, &abri.Error{Code: abri.CodeInvalid, What: "the file of certificates holds none", Remedy: "give a file in PEM, with -----BEGIN CERTIFICATE-----"}
	}
	return pool, nil
}

// Get writes the list, unpacked, to out. After an error what was written is to be thrown away. Errors are *abri.Error:
// CodeInvalid for an address that may not be used, CodeRefused for an answer beyond the limits, CodeUnavailable when the
// publisher does not answer well.
func (c *Client) Get(ctx context.Context, r Request, out io.Writer) (Answer, error) {
	if err := allowed(r.URL, r.Plain); err != nil {
		return Answer{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, c.limits.Time)
	defer cancel()
	q, err := http.NewRequestWithContext(ctx, http.MethodGet, r.URL, nil)
	if err != nil {
		return Answer{}, &abri.Error{Code: abri.CodeInvalid, Place: r.URL, What: "not an address", Err: err}
	}
	q.Header.Set("User-Agent", c.agent)
	q.Header.Set("Accept-Encoding", "zstd, gzip")
	for name, value := range map[string]string{"If-None-Match": r.ETag, "If-Modified-Since": r.Modified} {
		if value != "" {
			q.Header.Set(name, value)
		}
	}
	client := c.http
	client.CheckRedirect = func(next *http.Request, before []*http.Request) error {
		if len(before) > maxRedirects {
			return &abri.Error{Code: abri.CodeUnavailable, What: fmt.Sprintf("more than %d redirects", maxRedirects)}
		}
		return allowed(next.URL.String(), r.Plain)
	}
	a, err := client.Do(q)
	if err != nil {
		return Answer{}, c.failed(ctx, r.URL, err)
	}
	defer a.Body.Close()
	return c.read(ctx, r, a, out)
}

// read takes one answer.
func (c *Client) read(ctx context.Context, r Request, a *http.Response, out io.Writer) (Answer, error) {
	switch {
	case a.StatusCode == http.StatusNotModified && (r.ETag != "" || r.Modified != ""):
		return Answer{Unchanged: true, ETag: r.ETag, Modified: r.Modified}, nil
	case a.StatusCode != http.StatusOK:
		return Answer{After: retryAfter(a.Header.Get("Retry-After"))},
			&abri.Error{Code: abri.CodeUnavailable, Place: r.URL, What: "the publisher answers " + a.Status}
	}
	err := c.unpack(a.Body, a.Header.Get("Content-Encoding"), out)
	if err == nil {
		err = ctx.Err() // a publisher may end the answer well when it sees us go: what came is then not the whole list
	}
	if err != nil {
		return Answer{}, c.failed(ctx, r.URL, err)
	}
	return Answer{ETag: a.Header.Get("ETag"), Modified: a.Header.Get("Last-Modified")}, nil
}

// allowed refuses addresses that anybody on the way could answer for, and what is not the web.
func allowed(address string, plain bool) error {
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http":
		return &abri.Error{Code: abri.CodeInvalid, Place: address, What: "not an address of a list", Remedy: "such as https://example.org/list.txt", Err: err}
	case u.Scheme == "http" && !plain:
		return &abri.Error{Code: abri.CodeInvalid, Place: address, What: "HTTP without TLS: anybody on the way could write this list",
			Remedy: "use https, or write plain = true when there is no other way"}
	}
	return nil
}

// failed gives an error its place, and its name when the time ran out.
func (c *Client) failed(ctx context.Context, address string, err error) error {
	var known *abri.Error
	switch {
	case errors.As(err, &known):
		return &abri.Error{Code: known.Code, Place: address, What: known.What, Remedy: known.Remedy, Err: known.Err}
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return &abri.Error{Code: abri.CodeUnavailable, Place: address, What: fmt.Sprintf("not done within %v", c.limits.Time)}
	}
	var by *url.Error
	if errors.As(err, &by) {
		err = by.Err
	}
	return &abri.Error{Code: abri.CodeUnavailable, Place: address, What: "the list cannot be fetched", Err: err}
}

// retryAfter reads the header as seconds (RFC 9110 §10.2.3); a date, or more than a day, is taken as a day or not at all.
func retryAfter(text string) time.Duration {
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		return 0
	}
	return min(time.Duration(n)*time.Second, 24*time.Hour)
}
