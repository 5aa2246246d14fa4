package race

import (
	"encoding/binary"
	"io"
	"net"
	"net/netip"
	"testing"
	"time"

	"abri.example/abri/testnet"
)

// answer is what every server says, at once: it need not be understood to have arrived.
var answer = make([]byte, 1200)

// patience is how long one end waits for the other.
const patience = 8 * time.Second

// serve answers TLS hellos and QUIC datagrams on a peer's port.
func serve(t *testing.T, p testnet.Peer, port uint16) netip.AddrPort {
	t.Helper()
	at := netip.AddrPortFrom(p.V4, port)
	tcp, err := p.Host.Listen(at)
	if err != nil {
		t.Fatal(err)
	}
	udp, err := p.Host.ListenPacket(at)
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		for {
			c, err := tcp.Accept()
			if err != nil {
				return // closed with the network
			}
			go reply(c)
		}
	}()
	go func() {
		b := make([]byte, 2048)
		for {
			_, from, err := udp.ReadFromUDPAddrPort(b)
			if err != nil {
				return
			}
			_, _ = udp.WriteToUDPAddrPort(answer, from) // lost as on any line
		}
	}()
	return at
}

// reply waits for a whole hello, answers, and for the other end's close.
func reply(c net.Conn) {
	defer c.Close()
	head := make([]byte, 5)
	if c.SetDeadline(time.Now().Add(patience)) != nil {
		return
	}
	if _, err := io.ReadFull(c, head); err != nil {
		return
	}
	if _, err := io.CopyN(io.Discard, c, int64(binary.BigEndian.Uint16(head[3:]))); err != nil {
		return
	}
	if _, err := c.Write(answer); err == nil {
		_, _ = io.Copy(io.Discard, c)
	}
}
