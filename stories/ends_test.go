package stories

import (
	"bytes"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"sync"
	"syscall"
	"testing"
	"time"

	"abri.example/abri/testnet"
)

// end is one end of a connection: it keeps what came, and how it ended.
type end struct {
	net.Conn
	mu    sync.Mutex
	came  bytes.Buffer
	ended error
}

func (e *end) Read(b []byte) (int, error) {
	n, err := e.Conn.Read(b)
	e.mu.Lock()
	defer e.mu.Unlock()
	e.came.Write(b[:n])
	if e.ended == nil {
		e.ended = err
	}
	return n, err
}

// Write keeps an error too: a reset is told once, to whoever comes first.
func (e *end) Write(b []byte) (int, error) {
	n, err := e.Conn.Write(b)
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.ended == nil {
		e.ended = err
	}
	return n, err
}

// was gives what came, and how it ended.
func (e *end) was() (string, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.came.String(), e.ended
}

// reset is nil once an end was reset.
func reset(e *end) error {
	if said, err := e.was(); !errors.Is(err, syscall.ECONNRESET) {
		return fmt.Errorf("the server heard %q, and then %v", said, err)
	}
	return nil
}

// listening serves at an address, and gives each connection that comes.
func listening(t *testing.T, host *testnet.Host, at netip.AddrPort, spoken served, own tls.Certificate) <-chan *end {
	t.Helper()
	l, err := host.Listen(at)
	if err != nil {
		t.Fatal(err)
	}
	all := make(chan *end, 2)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			e := &end{Conn: c}
			all <- e
			go func() {
				spoken.serve(e, own)
				_, _ = io.Copy(io.Discard, e) // until it is reset, or closed
				c.Close()
			}()
		}
	}()
	return all
}

// conversing asks a server for a name, and gives both ends.
func conversing(t *testing.T, host *testnet.Host, from netip.Addr, to netip.AddrPort, servers <-chan *end, spoken served, name string) (client, server *end) {
	t.Helper()
	c, err := host.Dial(t.Context(), "tcp", from, to)
	if err != nil {
		t.Fatal(err)
	}
	client = &end{Conn: c}
	defer c.Close()
	if err := c.SetDeadline(time.Now().Add(honestLimit)); err != nil {
		t.Fatal(err)
	}
	err = spoken.ask(client, name)
	if name == honestName && err != nil {
		t.Errorf("asked for %s: %v", name, err)
	}
	if name != honestName { // the rest of what comes, until the end
		_, _ = io.Copy(io.Discard, client)
	}
	return client, <-servers
}
