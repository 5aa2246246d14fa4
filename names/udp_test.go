package names

import (
	"context"
	"crypto/tls"
	"net"
	"testing"
	"time"

	"github.com/quic-go/quic-go"
)

// TestQUIC has quic-go's client speak, whose hello takes two datagrams.
func TestQUIC(t *testing.T) {
	listen, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Skipf("no network here: %v", err)
	}
	defer listen.Close()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() {
		_, _ = quic.DialAddr(ctx, listen.LocalAddr().String(), &tls.Config{ServerName: "www.impots.gouv.fr", NextProtos: []string{"h3"}}, nil)
	}()
	w := newWire(0)
	if err := listen.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		b := make([]byte, 2000)
		n, err := listen.Read(b)
		if err != nil {
			t.Fatal(err)
		}
		w.send(datagram(clerk, server, b[:n]))
		w.send(datagram(clerk, server, b[:n])) // come again
	}
	w.wants(t, "QUIC", "quic www.impots.gouv.fr "+clerk+" > "+server)
	if len(w.lines) == 1 && (w.lines[0].ALPN != "h3" || w.lines[0].JA4[:4] != "q13d") {
		t.Errorf("the line is %+v", w.lines[0])
	}
}

// TestDTLS sends a hello whole, and in parts out of order.
func TestDTLS(t *testing.T) {
	message := []byte(hello(t, "a.fr"))[5+4:]
	body := append(append(append([]byte{0xfe, 0xfd}, message[2:34]...), 0, 0), message[35+int(message[34]):]...) // no session, no cookie
	part := func(from, to int) []byte {
		handshake := []byte{1, 0, byte(len(body) >> 8), byte(len(body)), 0, 0, 0, byte(from >> 8), byte(from), 0, byte((to - from) >> 8), byte(to - from)}
		handshake = append(handshake, body[from:to]...)
		return append([]byte{22, 0xfe, 0xff, 0, 0, 0, 0, 0, 0, 0, 0, byte(len(handshake) >> 8), byte(len(handshake))}, handshake...)
	}
	for what, datagrams := range map[string][][]byte{
		"whole":        {part(0, len(body))},
		"out of order": {part(500, len(body)), part(0, 500)},
		"in one":       {append(part(0, 300), part(300, len(body))...)},
	} {
		w := newWire(0)
		for _, d := range datagrams {
			w.send(datagram(clerk, server, d))
		}
		w.wants(t, what, "tls a.fr "+clerk+" > "+server)
		if len(w.lines) == 1 && w.lines[0].JA4[0] != 'd' {
			t.Errorf("%s: prints as %s", what, w.lines[0].JA4)
		}
	}
}
