// Package socks steps over what a client says to a SOCKS proxy before it speaks to the host behind it.
//
// It reads SOCKS 4 and 4a (Ying-Da Lee's memo) and SOCKS 5 with names and passwords (RFC 1928, RFC 1929). It keeps
// nothing and has no clock, disk or network. Imports: names/stream.
package socks

import (
	"bytes"

	"abri.example/abri/names/stream"
)

const (
	version4 = 4
	version5 = 5
	login    = 1 // version of the exchange of name and password
)

// Greet reads a client's first message, and says how many bytes it takes. More says that a SOCKS 5 client has more to
// tell the proxy, by Step.
func Greet(b []byte) (n int, more bool, s stream.State) {
	switch {
	case len(b) > 0 && b[0] != version4 && b[0] != version5:
		return 0, false, stream.None
	case len(b) < 2:
		return 0, false, stream.More
	case b[0] == version4:
		n, s = request4(b)
		return n, false, s
	case b[1] == 0 || b[1] > 16: // ways to authenticate; nine are assigned
		return 0, false, stream.None
	}
	n, s = whole(b, 2+int(b[1]))
	return n, true, s
}

// Step reads what a SOCKS 5 client says after its greeting: name and password, or the request, which is the last.
func Step(b []byte) (n int, more bool, s stream.State) {
	if len(b) < 2 {
		return 0, true, stream.More
	}
	switch b[0] {
	case login:
		at := 2 + int(b[1])
		if len(b) <= at {
			return 0, true, stream.More
		}
		n, s = whole(b, at+1+int(b[at]))
		return n, true, s
	case version5:
		n, s = request5(b)
		return n, false, s
	}
	return 0, false, stream.None
}

// request4 reads a request of SOCKS 4: a port, an address, a user, and, where the address is 0.0.0.x, a name.
func request4(b []byte) (int, stream.State) {
	if b[1] != 1 && b[1] != 2 {
		return 0, stream.None
	}
	if len(b) < 9 {
		return 0, stream.More
	}
	n, ends := 8, 1
	if b[4] == 0 && b[5] == 0 && b[6] == 0 && b[7] != 0 {
		ends = 2
	}
	for range ends {
		i := bytes.IndexByte(b[n:], 0)
		if i > 255 || i < 0 && len(b)-n > 255 {
			return 0, stream.None
		}
		if i < 0 {
			return 0, stream.More
		}
		n += i + 1
	}
	return n, stream.Whole
}

// request5 reads a request of SOCKS 5: a command, and an address or name with a port.
func request5(b []byte) (int, stream.State) {
	if b[1] < 1 || b[1] > 3 || len(b) > 2 && b[2] != 0 {
		return 0, stream.None
	}
	if len(b) < 5 {
		return 0, stream.More
	}
	switch b[3] {
	case 1:
		return whole(b, 4+4+2)
	case 3:
		return whole(b, 4+1+int(b[4])+2)
	case 4:
		return whole(b, 4+16+2)
	}
	return 0, stream.None
}

func whole(b []byte, n int) (int, stream.State) {
	if len(b) < n {
		return 0, stream.More
	}
	return n, stream.Whole
}
