package testnet

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"io"
	"math/big"
	"net"
	"net/netip"
	"sync/atomic"
	"time"
)

// SecurePort is that of the web over TLS, and of QUIC.
const SecurePort = 443

// SecureServer speaks TLS, says a few words to whoever finished the handshake, and hangs up. Served counts those it heard
// out, Contacts all connections.
type SecureServer struct {
	Peer
	Tally
}

// SecureServer starts one, with a certificate that nobody signed.
func (p Peer) SecureServer(port uint16) *SecureServer {
	s := &SecureServer{Peer: p}
	config := &tls.Config{Certificates: []tls.Certificate{p.Certificate()}}
	p.answer(port, &s.Tally, func(c net.Conn) {
		conn := tls.Server(c, config)
		if conn.Handshake() != nil {
			return
		}
		if _, err := io.WriteString(conn, "bonjour"); err == nil && conn.Close() == nil {
			s.add(c.RemoteAddr(), Count{Served: 1})
		}
	})
	return s
}

// Certificate is one that nobody signed, with its key.
func (p Peer) Certificate() tls.Certificate {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	p.Host.net.must(err, "making the key of %s", p.Name)
	der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}, &x509.Certificate{SerialNumber: big.NewInt(1)}, &key.PublicKey, key)
	p.Host.net.must(err, "making the certificate of %s", p.Name)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// Secure asks a server of TLS for a name, reads what it says, and tells how many bytes came back, of whatever kind.
func (p Peer) Secure(ctx context.Context, to netip.AddrPort, name string) (answer int64, err error) {
	c, err := p.dial(ctx, "tcp", to)
	if err != nil {
		return 0, err
	}
	defer c.Close()
	counted := &counter{Conn: c}
	conn := tls.Client(counted, &tls.Config{ServerName: name, InsecureSkipVerify: true})
	if err = conn.HandshakeContext(ctx); err == nil {
		_, err = io.ReadAll(conn)
	}
	return counted.read.Load(), err
}

// counter counts what is read of a connection.
type counter struct {
	net.Conn
	read atomic.Int64
}

func (c *counter) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	c.read.Add(int64(n))
	return n, err
}
