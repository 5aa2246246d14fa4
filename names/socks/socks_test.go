package socks

import (
	"testing"

	"abri.example/abri/names/stream"
)

// told steps over everything that a client says to its proxy, and gives what is left.
func told(b []byte) (rest []byte, s stream.State) {
	n, more, s := Greet(b)
	for s == stream.Whole && more {
		b = b[n:]
		n, more, s = Step(b)
	}
	return b[n:], s
}

func TestClients(t *testing.T) {
	for name, words := range map[string]string{
		"SOCKS 4":               "\x04\x01\x00\x50\x0a\x00\x00\x01me\x00",
		"SOCKS 4a":              "\x04\x01\x00\x50\x00\x00\x00\x01\x00phish.example\x00",
		"SOCKS 5, an address":   "\x05\x01\x00\x05\x01\x00\x01\x0a\x00\x00\x01\x00\x50",
		"SOCKS 5, a name":       "\x05\x02\x00\x01\x05\x01\x00\x03\x0dphish.example\x00\x50",
		"SOCKS 5, IPv6":         "\x05\x01\x00\x05\x01\x00\x04" + "0123456789abcdef" + "\x00\x50",
		"SOCKS 5 with password": "\x05\x01\x02\x01\x02me\x02pw\x05\x01\x00\x01\x0a\x00\x00\x01\x00\x50",
	} {
		if rest, s := told([]byte(words + "GET /")); s != stream.Whole || string(rest) != "GET /" {
			t.Errorf("%s: state %d, %q is left", name, s, rest)
		}
		for n := range words {
			if _, s := told([]byte(words[:n])); s != stream.More {
				t.Errorf("%s: state %d after %d bytes", name, s, n)
			}
		}
	}
	for _, words := range []string{"\x05\x00\x0b\x03\x10", "\x04\x03", "GET /", "\x05\x01\x00\x05\x09", "\x05\x01\x00\x05\x01\x00\x07\x00", "\x05\x01\x00\x09\x09"} {
		if _, s := told([]byte(words)); s != stream.None {
			t.Errorf("%q: state %d", words, s)
		}
	}
}

func FuzzSocks(f *testing.F) {
	f.Add([]byte("\x05\x01\x02\x01\x02me\x02pw\x05\x01\x00\x03\x0dphish.example\x00\x50GET /"))
	f.Add([]byte("\x04\x01\x00\x50\x00\x00\x00\x01\x00phish.example\x00"))
	f.Fuzz(func(t *testing.T, b []byte) {
		rest, s := told(b)
		for n := range b {
			if r, x := told(b[:n]); x != stream.More && (x != s || s == stream.Whole && n-len(r) != len(b)-len(rest)) {
				t.Fatalf("after %d bytes: state %d; of all: %d", n, x, s)
			}
		}
	})
}
