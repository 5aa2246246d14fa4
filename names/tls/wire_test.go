package tls

import (
	"crypto/tls"
	"encoding/binary"
	"io"
	"net"
	"slices"
	"testing"
)

// spec is a hello to be built.
type spec struct {
	legacy     uint16
	ciphers    []uint16
	extensions []uint16 // in their order
	data       map[uint16][]byte
}

// message builds the ClientHello with its handshake header.
func (s spec) message() []byte {
	b := binary.BigEndian.AppendUint16(nil, s.legacy)
	b = append(append(b, make([]byte, 32)...), 0)
	b = block(b, pairs(s.ciphers))
	b = append(b, 1, 0)
	if s.extensions != nil {
		var all []byte
		for _, kind := range s.extensions {
			all = block(binary.BigEndian.AppendUint16(all, kind), s.data[kind])
		}
		b = block(b, all)
	}
	return append([]byte{1, byte(len(b) >> 16), byte(len(b) >> 8), byte(len(b))}, b...)
}

func block(b, data []byte) []byte {
	return append(binary.BigEndian.AppendUint16(b, uint16(len(data))), data...)
}

func pairs(numbers []uint16) (b []byte) {
	for _, v := range numbers {
		b = binary.BigEndian.AppendUint16(b, v)
	}
	return b
}

func names(s string) []byte { return block(nil, block([]byte{0}, []byte(s))) }

func protocols(all ...string) []byte {
	var b []byte
	for _, p := range all {
		b = append(append(b, byte(len(p))), p...)
	}
	return block(nil, b)
}

// records cuts a message into records of at most size bytes.
func records(message []byte, size int) (b []byte) {
	for part := range slices.Chunk(message, size) {
		b = append(b, 22, 3, 1)
		b = block(b, part)
	}
	return b
}

// sent is what Go's own client sends first.
func sent(t testing.TB, c *tls.Config) []byte {
	near, far := net.Pipe()
	go func() {
		_ = tls.Client(near, c).Handshake() // fails: the far end hangs up
		near.Close()
	}()
	defer far.Close()
	header := make([]byte, 5)
	if _, err := io.ReadFull(far, header); err != nil {
		t.Fatal(err)
	}
	body := make([]byte, binary.BigEndian.Uint16(header[3:]))
	if _, err := io.ReadFull(far, body); err != nil {
		t.Fatal(err)
	}
	return append(header, body...)
}
