package names

import (
	"context"
	"crypto/tls"
	"encoding/binary"
	"net"
	"net/netip"
	"testing"
	"time"

	"abri.example/abri/flow"
	"github.com/quic-go/quic-go"
)

// dialled is the two datagrams that quic-go's client sends before anybody answers: its hello holds a post-quantum key.
func dialled(t *testing.T) (first, second []byte) { return dialledFor(t, "www.impots.gouv.fr") }

func dialledFor(t *testing.T, name string) (first, second []byte) {
	listen, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Skipf("no network here: %v", err)
	}
	defer listen.Close()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() {
		_, _ = quic.DialAddr(ctx, listen.LocalAddr().String(), &tls.Config{ServerName: name, NextProtos: []string{"h3"}}, nil)
	}()
	if err := listen.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	var all [2][]byte
	for i := range all {
		b := make([]byte, 2000)
		n, err := listen.Read(b)
		if err != nil {
			t.Fatal(err)
		}
		all[i] = b[:n]
	}
	return all[0], all[1]
}

// TestQUIC has each datagram come again, and in either order.
func TestQUIC(t *testing.T) {
	first, second := dialled(t)
	for what, order := range map[string][][]byte{"in order": {first, first, second, second}, "in disorder": {second, first, second}} {
		w := newWire(0)
		for _, d := range order {
			w.send(datagram(clerk, server, d))
		}
		w.wants(t, what, "quic www.impots.gouv.fr "+clerk+" > "+server)
		if len(w.lines) == 1 && (w.lines[0].ALPN != "h3" || w.lines[0].JA4[:4] != "q13d") {
			t.Errorf("the line is %+v", w.lines[0])
		}
	}
}

// TestAnotherQUIC has a second conversation begin on the ports of the first: its hello is read too. What the first goes on to
// say, calling the server by another name, is not taken for one.
func TestAnotherQUIC(t *testing.T) {
	first, second := dialled(t)
	third, fourth := dialledFor(t, "www.ameli.fr")
	later := append([]byte(nil), third...)
	later[6] ^= 1 // nobody can open this one
	w := newWire(0)
	for _, d := range [][]byte{first, second, later, second, third, fourth, third} {
		w.send(datagram(clerk, server, d))
	}
	w.wants(t, "two", "quic www.impots.gouv.fr "+clerk+" > "+server, "quic www.ameli.fr "+clerk+" > "+server)
	w.table.Flush(func(f *flow.Flow) {
		if _, read := f.Words.(*conversation); !read || w.watch.Awaits(f) {
			t.Errorf("read %v, and awaits more %v", read, w.watch.Awaits(f))
		}
	})
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

// TestHalfQUICClients: who sends a first Initial and no second is not waited for without end, and an honest one is.
func TestHalfQUICClients(t *testing.T) {
	first, second := dialled(t)
	w := newWire(0)
	for i := range uint32(2 * maxClients) {
		h := datagram(clerk, server, first)
		h.Src = netip.AddrFrom4([4]byte(binary.BigEndian.AppendUint32(nil, 10<<24+i)))
		w.send(h)
	}
	if n := len(w.watch.clients.ring); n != maxClients || w.watch.Lost() != maxClients {
		t.Errorf("%d are waited for, %d given up", n, w.watch.Lost())
	}
	w.send(datagram(clerk, server, first))
	w.send(datagram(clerk, server, second))
	w.wants(t, "an honest one", "quic www.impots.gouv.fr "+clerk+" > "+server)
	w.table.Flush(w.watch.End)
	for _, c := range w.watch.clients.ring {
		if c != nil {
			t.Fatal("a client is waited for after its end")
		}
	}
}

// TestManyProtocolsInOneFlow: an attacker may begin a hello of DTLS and go on in QUIC, or ask for a name between.
func TestManyProtocolsInOneFlow(t *testing.T) {
	first, second := dialled(t)
	half := append([]byte{22, 0xfe, 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0, 13}, 1, 0, 0, 90, 0, 0, 0, 0, 0, 0, 0, 1, 0xfe)
	w := newWire(0)
	for _, d := range [][]byte{half, first, half, question("b.fr", false), second, half} {
		w.send(datagram(clerk, server, d))
	}
	w.wants(t, "DTLS and QUIC", "dns b.fr "+clerk+" > "+server, "quic www.impots.gouv.fr "+clerk+" > "+server)
}
