package race

import (
	"context"
	"crypto/tls"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"testing"
	"time"

	"github.com/quic-go/quic-go"
)

// The names that are asked for.
const (
	listed = "connexion.banque-du-forez.fr"
	honest = "journal.example"
)

// helloOf is what crypto/tls says first when it asks for a name.
func helloOf(t *testing.T, name string) []byte {
	t.Helper()
	ours, theirs := net.Pipe()
	defer ours.Close()
	go func() {
		defer theirs.Close()
		_ = tls.Client(theirs, &tls.Config{ServerName: name}).Handshake() // nobody answers
	}()
	head := make([]byte, 5)
	if _, err := io.ReadFull(ours, head); err != nil {
		t.Fatal(err)
	}
	body := make([]byte, binary.BigEndian.Uint16(head[3:]))
	if _, err := io.ReadFull(ours, body); err != nil {
		t.Fatal(err)
	}
	return append(head, body...)
}

// initialsOf are the datagrams in which quic-go says its hello, before anybody answers.
func initialsOf(t *testing.T, name string) [][]byte {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	line := &recorder{said: make(chan []byte, 64), over: ctx.Done()}
	transport := &quic.Transport{Conn: line}
	go func() {
		_, _ = transport.Dial(ctx, &net.UDPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 443}, &tls.Config{ServerName: name, NextProtos: []string{"h3"}}, nil)
	}()
	first, second := <-line.said, <-line.said // its key is a post-quantum one, which takes two
	cancel()
	_ = transport.Close()
	return [][]byte{first, second}
}

// recorder is a line on which nobody answers.
type recorder struct {
	said chan []byte
	over <-chan struct{}
}

func (r *recorder) WriteTo(b []byte, _ net.Addr) (int, error) {
	select {
	case r.said <- append([]byte(nil), b...):
	default:
	}
	return len(b), nil
}

func (r *recorder) ReadFrom([]byte) (int, net.Addr, error) {
	<-r.over
	return 0, nil, fmt.Errorf("the line is closed")
}

func (r *recorder) Close() error                     { return nil }
func (r *recorder) LocalAddr() net.Addr              { return &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 4} }
func (r *recorder) SetDeadline(time.Time) error      { return nil }
func (r *recorder) SetReadDeadline(time.Time) error  { return nil }
func (r *recorder) SetWriteDeadline(time.Time) error { return nil }
