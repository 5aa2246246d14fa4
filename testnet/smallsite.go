package testnet

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync/atomic"
	"time"
)

// SmallSite is a web server with as many places as a small one has: whoever comes when all are taken waits at the door.
type SmallSite struct {
	taken atomic.Int64
}

// smallPatience is how long it waits for a request, and for its answer to be read: longer than any test.
const smallPatience = 5 * time.Minute

// LargePage is the path of a page that is larger than what a kernel takes off a server's hands.
const LargePage = "/plan"

// SmallSite starts one on a port.
func (p Peer) SmallSite(port uint16, places int) *SmallSite {
	s := &SmallSite{}
	room := make(chan struct{}, places)
	page := strings.Repeat("Bienvenue à la mairie. ", 200_000)
	server := &http.Server{ReadTimeout: smallPatience, WriteTimeout: smallPatience, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.Copy(io.Discard, io.LimitReader(r.Body, maxUpload)); err == nil && r.Method == http.MethodPost {
			w.Header().Set("Connection", "close")
			return
		}
		if r.URL.Path == LargePage {
			_, _ = io.WriteString(w, page)
			return
		}
		_, _ = io.WriteString(w, "Bienvenue à la mairie")
	})}
	server.SetKeepAlivesEnabled(false)
	for _, addr := range p.Addresses() {
		l, err := p.Host.Listen(netip.AddrPortFrom(addr, port))
		p.Host.net.must(err, "listening on port %d of %s", port, p.Name)
		go server.Serve(&fewPlaces{Listener: l, room: room, taken: &s.taken}) // ends when the network closes the listener
	}
	p.Host.net.t.Cleanup(func() { server.Close() })
	return s
}

// Taken is how many places are.
func (s *SmallSite) Taken() int { return int(s.taken.Load()) }

// fewPlaces takes a caller in when there is a place.
type fewPlaces struct {
	net.Listener
	room  chan struct{}
	taken *atomic.Int64
}

func (f *fewPlaces) Accept() (net.Conn, error) {
	f.room <- struct{}{}
	c, err := f.Listener.Accept()
	if err != nil {
		<-f.room
		return nil, err
	}
	f.taken.Add(1)
	return &place{Conn: c, of: f}, nil
}

// place is one that is taken.
type place struct {
	net.Conn
	of   *fewPlaces
	left atomic.Bool
}

func (p *place) Close() error {
	if !p.left.Swap(true) {
		p.of.taken.Add(-1)
		<-p.of.room
	}
	return p.Conn.Close()
}

// HandInSlowly hands a paper in, a kilobyte a second as by a weak line, until ctx ends; then it comes to its end.
func (p Peer) HandInSlowly(ctx context.Context, at netip.AddrPort) error {
	from, to := io.Pipe()
	go func() {
		for ctx.Err() == nil {
			if _, err := to.Write(make([]byte, 250)); err != nil {
				return
			}
			_ = rest(ctx, 250*time.Millisecond)
		}
		to.Close()
	}()
	request, err := http.NewRequest(http.MethodPost, "http://"+at.String()+"/", from)
	if err != nil {
		return err
	}
	browser := p.Browser()
	browser.Timeout = 0
	defer browser.CloseIdleConnections()
	response, err := browser.Do(request)
	if err != nil {
		return fmt.Errorf("a paper handed in slowly: %w", err)
	}
	return response.Body.Close()
}
