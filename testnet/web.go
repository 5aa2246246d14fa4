package testnet

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"sync"
	"time"
)

// The ports of the web.
const (
	WebPort    = 80
	UploadPort = 443 // where a thief's server takes what it is sent; what crosses is plain HTTP all the same
)

// maxUpload bounds what a server takes in one request.
const maxUpload = 8 << 20

// WebServer gives one page, and takes what is sent to it. Served counts whole requests, Bytes what was handed in, also
// by requests that were cut.
type WebServer struct {
	Peer
	Tally
	page string

	mu    sync.Mutex
	offer map[string]offered // by path, besides the page
}

// offered is something else than the page.
type offered struct{ kind, content string }

// WebServer starts one with a single page.
func (p Peer) WebServer(port uint16, page string) *WebServer {
	s := &WebServer{Peer: p, page: page}
	server := &http.Server{Handler: s, ReadTimeout: patience, WriteTimeout: patience, MaxHeaderBytes: 8 << 10,
		ConnState: func(c net.Conn, state http.ConnState) {
			if state == http.StateNew {
				s.add(c.RemoteAddr(), Count{Contacts: 1})
			}
		}}
	for _, addr := range p.Addresses() {
		l, err := p.Host.Listen(netip.AddrPortFrom(addr, port))
		p.Host.net.must(err, "listening on port %d of %s", port, p.Name)
		go server.Serve(l) // ends when the network closes the listener
	}
	p.Host.net.t.Cleanup(func() { server.Close() })
	return s
}

// ServeHTTP answers every request with the page.
func (s *WebServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	n, err := io.Copy(io.Discard, io.LimitReader(r.Body, maxUpload))
	caller := net.TCPAddrFromAddrPort(netip.MustParseAddrPort(r.RemoteAddr))
	s.add(caller, Count{Bytes: n})
	if err != nil {
		return
	}
	s.mu.Lock()
	o, other := s.offer[r.URL.Path]
	s.mu.Unlock()
	if !other {
		o.content = s.page
	} else {
		w.Header().Set("Content-Type", o.kind)
		w.Header().Set("Content-Length", strconv.Itoa(len(o.content))) // whole, not in parts
	}
	if _, err := io.WriteString(w, o.content); err == nil {
		s.add(caller, Count{Served: 1})
	}
}

// Offer has the server give something else than the page at a path, as a type of content.
func (s *WebServer) Offer(path, kind, content string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.offer == nil {
		s.offer = map[string]offered{}
	}
	s.offer[path] = offered{kind, content}
}

// Fetch gets a page, of at most a megabyte.
func (p Peer) Fetch(ctx context.Context, from netip.AddrPort, path string) (string, error) {
	return p.exchange(ctx, http.MethodGet, from, path, nil)
}

// Upload sends a document.
func (p Peer) Upload(ctx context.Context, to netip.AddrPort, document []byte) error {
	_, err := p.exchange(ctx, http.MethodPost, to, "/", document)
	return err
}

func (p Peer) exchange(ctx context.Context, method string, to netip.AddrPort, path string, body []byte) (string, error) {
	request, err := http.NewRequestWithContext(ctx, method, "http://"+to.String()+path, bytes.NewReader(body))
	if err != nil {
		return "", err
	}
	client := p.Browser()
	defer client.CloseIdleConnections()
	response, err := client.Do(request)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	page, err := io.ReadAll(io.LimitReader(response.Body, 1<<20))
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s answered %s", to, response.Status)
	}
	return string(page), err
}

// Browser is an HTTP client whose connections are made from the peer's address.
func (p Peer) Browser() *http.Client {
	return &http.Client{Timeout: patience, Transport: &http.Transport{
		IdleConnTimeout: time.Second,
		DialContext: func(ctx context.Context, _, address string) (net.Conn, error) {
			to, err := netip.ParseAddrPort(address)
			if err != nil {
				return nil, err
			}
			return p.Host.Dial(ctx, "tcp", p.facing(to.Addr()), to)
		},
	}}
}
