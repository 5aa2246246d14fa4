// Package quic reads the hello of a QUIC client.
//
// A client's first packets, its Initials, are encrypted with keys that anyone can derive from what they say in the
// clear (RFC 9001, section 5.2). A Reader opens them, over several packets and datagrams, coalesced or not, of QUIC 1
// (RFC 9000), QUIC 2 (RFC 9369) and the drafts 27 to 34, and gives the CRYPTO bytes in their order: a ClientHello for
// package tls. Google's old QUIC, before the IETF's, is not read.
//
// No clock, disk or network. Imports: names/stream and the standard library.
package quic

import "abri.example/abri/names/stream"

// Client is one client on its way to its hello. The zero Client is ready once it was given to Reader.Watch. It is not
// safe for concurrent use.
type Client struct {
	crypto   stream.Stream
	keys     *keys
	version  uint32
	original connection
	failures int
}

// maxFailures is how many packets that can't be opened a client is forgiven: those of the server, and those with later
// keys, are among them.
const maxFailures = 16

// connection is a connection identifier of at most 20 bytes.
type connection struct {
	bytes [20]byte
	size  int
}

// Reader opens Initials. It keeps its scratch between calls and is not safe for concurrent use.
type Reader struct {
	pool   *stream.Pool
	header []byte
	plain  []byte
	mask   [16]byte
	nonce  [12]byte
}

// NewReader gives a Reader whose clients keep their bytes in the pool.
func NewReader(pool *stream.Pool) *Reader { return &Reader{pool: pool} }

// Watch makes c a fresh client.
func (r *Reader) Watch(c *Client) {
	*c = Client{}
	r.pool.Watch(&c.crypto)
	c.crypto.Begin(0)
}

// Close gives the memory of the client back.
func (c *Client) Close() {
	c.crypto.Close()
	c.keys = nil
}

// Opened reports whether an Initial of the client could be read.
func (c *Client) Opened() bool { return c.keys != nil }

// Datagram takes the next datagram that a client sent, and gives the CRYPTO bytes that are whole from the start: nil
// when there are none. They hold until the next call with a client of the same pool. Hopeless reports that no more will
// come of this client.
func (r *Reader) Datagram(c *Client, b []byte) (crypto []byte, hopeless bool) {
	for len(b) > 0 {
		p, rest, ok := parse(b)
		if !ok {
			break
		}
		if p.initial && p.sampled() {
			r.initial(c, &p)
		}
		b = rest
	}
	return c.crypto.Whole(), c.crypto.Lost() || c.failures > maxFailures
}

// initial opens one Initial and takes its CRYPTO frames.
func (r *Reader) initial(c *Client, p *long) {
	plain, ok := r.attempt(c, p)
	if !ok {
		c.failures++
		return
	}
	frames(plain, func(offset uint64, data []byte) {
		if offset < stream.Limit {
			c.crypto.Add(uint32(offset), data)
			c.crypto.Keep(0)
		}
	})
}

// attempt tries the keys at hand, then those that this packet's version gives to the first identifier (RFC 9369,
// section 4.1: a client may change), then those of the packet's own identifier: a server that sends a Retry has another
// one used (RFC 9001, section 5.2).
func (r *Reader) attempt(c *Client, p *long) (plain []byte, ok bool) {
	if c.keys != nil && c.version == p.version {
		if plain, ok = r.open(c.keys, p); ok {
			return plain, true
		}
	}
	if c.keys != nil && c.version != p.version {
		if k := derive(p.version, c.original); k != nil {
			if plain, ok = r.open(k, p); ok {
				c.keys, c.version = k, p.version
				return plain, true
			}
		}
	}
	if c.keys != nil && c.original == p.destination {
		return nil, false
	}
	k := derive(p.version, p.destination)
	if k == nil {
		return nil, false
	}
	if plain, ok = r.open(k, p); ok {
		c.keys, c.version, c.original = k, p.version, p.destination
	}
	return plain, ok
}
