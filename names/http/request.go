// Package http reads which host an HTTP request asks for.
//
// Read takes a request of HTTP/1 off the front of what a client sent: the Host field, the host in the target where a
// proxy is asked (CONNECT too), and how long the body is, so that the next request is found. ReadPreface takes the
// beginning of HTTP/2 in the clear (h2c) and gives the authority of its first request. Hosts are given as they were
// sent, port included; Hostname takes the port off.
//
// No clock, disk or network. Sources: RFC 9110, RFC 9112, RFC 9113, RFC 7541. Imports: names/stream and, for the
// compression of HTTP/2, golang.org/x/net/http2/hpack.
package http

import (
	"bytes"

	"abri.example/abri/names/stream"
)

// Request is what the head of a request says. Its slices alias the bytes that were read.
type Request struct {
	Method []byte
	Target []byte // the authority in the target: of CONNECT, or of an absolute URI; nil where it has none
	Host   []byte // the Host field; nil where there is none
	Length int    // bytes of the body
	Framed bool   // the body is in chunks, or of a length that makes no sense: where it ends is not known
}

const (
	maxHead   = 16 << 10 // bytes of a head; servers refuse larger ones
	maxMethod = 20
	maxBlank  = 16 // bytes of empty lines before a request
	white     = " \t\v\f\r"
)

// Read reads the head of the request at the start of b, and says how many bytes it took. While the head is not whole,
// the fields that are whole are given all the same.
func (r *Request) Read(b []byte) (used int, s stream.State) {
	*r = Request{}
	start := blank(b)
	first, at, ok := line(b, start)
	if !ok {
		if begins(b[start:]) && len(b) < maxHead {
			return 0, stream.More
		}
		return 0, stream.None
	}
	if !r.first(first) {
		if s := r.versionless(first, b[at:]); s != stream.Whole {
			return 0, s
		}
	}
	for {
		f, next, ok := folded(b, at)
		if !ok {
			if len(b) >= maxHead {
				return 0, stream.None
			}
			return 0, stream.More
		}
		at = next
		if len(f) == 0 {
			return at, stream.Whole
		}
		r.field(f)
	}
}

// first reads the request line. Servers take any white space between its words, and some a line without a target; a target
// may have spaces that nobody escaped (RFC 9112, sections 3 and 3.2).
func (r *Request) first(line []byte) bool {
	line = bytes.TrimRight(line, white)
	end := bytes.LastIndexAny(line, white)
	if end < 0 || !bytes.HasPrefix(line[end+1:], []byte("HTTP/1.")) {
		return false
	}
	method, target := bytes.TrimRight(line[:end], white), []byte(nil)
	if i := bytes.IndexAny(method, white); i >= 0 {
		method, target = method[:i], bytes.TrimLeft(method[i:], white)
	}
	if !isMethod(method) {
		return false
	}
	r.Method = method
	if string(method) == "CONNECT" {
		r.Target = target
	} else if _, after, ok := bytes.Cut(target, []byte("://")); ok && target[0] != '/' {
		if i := bytes.IndexAny(after, "/?#"); i >= 0 {
			after = after[:i]
		}
		if i := bytes.LastIndexByte(after, '@'); i >= 0 {
			after = after[i+1:]
		}
		r.Target = after
	}
	return true
}

// versionless reads a request line without a version, as malicious programs write it, where the field behind it names the host.
func (r *Request) versionless(first, rest []byte) stream.State {
	const host = "host:"
	method, _, _ := bytes.Cut(first, []byte(" "))
	n := min(len(rest), len(host))
	switch string(method) {
	case "GET", "POST", "HEAD", "PUT", "OPTIONS":
	default:
		return stream.None
	}
	if !bytes.EqualFold(rest[:n], []byte(host[:n])) {
		return stream.None
	}
	if n < len(host) {
		return stream.More
	}
	r.Method = method
	return stream.Whole
}

// field reads one field, which may be folded over lines.
func (r *Request) field(line []byte) {
	name, value, ok := bytes.Cut(line, []byte(":"))
	if !ok {
		return
	}
	name = bytes.TrimRight(name, white)
	value = bytes.TrimSpace(value)
	switch {
	case r.Host == nil && bytes.EqualFold(name, []byte("host")):
		r.Host = value
	case bytes.EqualFold(name, []byte("content-length")):
		n := 0
		for _, c := range value {
			if c < '0' || c > '9' || n > 1<<30 {
				r.Framed = true
				return
			}
			n = n*10 + int(c-'0')
		}
		r.Length = n
	case bytes.EqualFold(name, []byte("transfer-encoding")):
		r.Framed = true
	}
}

// Hostname is a host without its port and last point, and without the brackets of an IPv6 address.
func Hostname(host []byte) []byte {
	if len(host) > 0 && host[0] == '[' {
		if i := bytes.IndexByte(host, ']'); i > 0 {
			return host[1:i]
		}
	}
	if i := bytes.LastIndexByte(host, ':'); i >= 0 && bytes.IndexByte(host, ':') == i {
		host = host[:i]
	}
	return bytes.TrimSuffix(host, []byte("."))
}
