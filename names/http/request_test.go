package http

import (
	"testing"

	"abri.example/abri/names/stream"
	"golang.org/x/net/http2/hpack"
)

func TestRequests(t *testing.T) {
	for _, c := range []struct {
		bytes        string
		state        stream.State
		target, host string
		length       int
		framed       bool
	}{
		{"GET / HTTP/1.1\r\nHost: a.fr\r\n\r\n", stream.Whole, "", "a.fr", 0, false},
		{"GET / HTTP/1.1\nhOST:a.fr:8080 \n\n", stream.Whole, "", "a.fr:8080", 0, false},
		{"GET /?u=http://b.fr/ HTTP/1.0\r\n\r\n", stream.Whole, "", "", 0, false},
		{"CONNECT b.fr:443 HTTP/1.1\r\nHost: a.fr\r\n\r\n", stream.Whole, "b.fr:443", "a.fr", 0, false},
		{"GET http://me:pw@b.fr:81?x=/ HTTP/1.1\r\nHost: a.fr\r\n\r\n", stream.Whole, "b.fr:81", "a.fr", 0, false},
		{"POST / HTTP/1.1\r\nContent-Length: 12\r\nHost: a.fr\r\nHost: b.fr\r\n\r\n", stream.Whole, "", "a.fr", 12, false},
		{"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", stream.Whole, "", "", 0, true},
		{"POST / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n", stream.Whole, "", "", 0, true},
		{"GET / HTTP/1.1\r\nHost:\r\n a.fr\r\nx: y\r\n\r\n", stream.Whole, "", "a.fr", 0, false},
		{"\r\n\nGET / HTTP/1.1\r\nHost: a.fr\r\n\r\n", stream.Whole, "", "a.fr", 0, false},
		{"GET  \t/ HTTP/1.1 \r\nHost : a.fr\r\n\r\n", stream.Whole, "", "a.fr", 0, false},
		{"GET http://b.fr/a page HTTP/1.1\r\n\r\n", stream.Whole, "b.fr", "", 0, false},
		{"GET HTTP/1.1\r\nHost: a.fr\r\n\r\n", stream.Whole, "", "a.fr", 0, false},
		{"GET /gate.php?id=1\r\nHost: a.fr\r\n\r\n", stream.Whole, "", "a.fr", 0, false},
		{"OPTIONS\nHost: a.fr\n\n", stream.Whole, "", "a.fr", 0, false},
		{"GET /\r\nAccept: x\r\nHost: a.fr\r\n\r\n", stream.None, "", "", 0, false},
		{"\r\n", stream.More, "", "", 0, false},
		{"\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\nGET / HTTP/1.1\r\n\r\n", stream.None, "", "", 0, false},
		{" GET / HTTP/1.1\r\n\r\n", stream.None, "", "", 0, false},
		{"GET / HTTP/1.1\r\nHost: a.fr\r\nAcc", stream.More, "", "a.fr", 0, false},
		{"GET / HTTP/1.1\r\nHost: a.f", stream.More, "", "", 0, false},
		{"VERSION-CONTROL /x", stream.More, "", "", 0, false},
		{"", stream.More, "", "", 0, false},
		{"EHLO a.fr\r\n", stream.None, "", "", 0, false},
		{"HTTP/1.1 200 OK\r\n", stream.None, "", "", 0, false},
		{"SSH-2.0-x\r\n", stream.None, "", "", 0, false},
		{"get / HTTP/1.1\r\n", stream.None, "", "", 0, false},
		{"\x16\x03\x01", stream.None, "", "", 0, false},
	} {
		var r Request
		used, state := r.Read([]byte(c.bytes))
		if state != c.state || string(r.Target) != c.target || string(r.Host) != c.host || r.Length != c.length || r.Framed != c.framed ||
			(used == len(c.bytes)) != (state == stream.Whole || c.bytes == "") {
			t.Errorf("%q: state %d, %d used, %q, %q, body %d %v", c.bytes, state, used, r.Target, r.Host, r.Length, r.Framed)
		}
	}
}

func TestHostname(t *testing.T) {
	for host, want := range map[string]string{
		"a.fr": "a.fr", "a.fr:80": "a.fr", "a.fr.": "a.fr", "a.fr.:443": "a.fr", "[2001:db8::1]:80": "2001:db8::1", "2001:db8::1": "2001:db8::1", "": "", ":80": "",
	} {
		if got := string(Hostname([]byte(host))); got != want {
			t.Errorf("%q is %q, want %q", host, got, want)
		}
	}
}

// compressed is a field section; those of a request to authority.
func compressed(authority string) []byte {
	var b buffer
	e := hpack.NewEncoder(&b)
	for _, f := range []hpack.HeaderField{{Name: ":method", Value: "GET"}, {Name: ":path", Value: "/"}, {Name: ":authority", Value: authority}} {
		_ = e.WriteField(f)
	}
	return b
}

type buffer []byte

func (b *buffer) Write(p []byte) (int, error) { *b = append(*b, p...); return len(p), nil }

func frame(kind, flags byte, data []byte) []byte {
	return append([]byte{byte(len(data) >> 16), byte(len(data) >> 8), byte(len(data)), kind, flags, 0, 0, 0, 1}, data...)
}

func TestPreface(t *testing.T) {
	section := compressed("phish.example:8080")
	settings := frame(4, 0, make([]byte, 12))
	for name, frames := range map[string][]byte{
		"one frame":     frame(FrameHeaders, FlagEndHeaders, section),
		"padded":        frame(FrameHeaders, FlagEndHeaders|flagPadded|flagPriority, append(append([]byte{3, 0, 0, 0, 0, 1}, section...), 0, 0, 0)),
		"continuations": append(append(frame(FrameHeaders, 0, section[:5]), frame(FrameContinued, 0, section[5:7])...), frame(FrameContinued, FlagEndHeaders, section[7:])...),
	} {
		b := append(append([]byte(Preface), settings...), frames...)
		for n := range b {
			if got, state := ReadPreface(b[:n]); state != stream.More || got != nil {
				t.Fatalf("%s: %q of %d bytes, state %d", name, got, n, state)
			}
		}
		if got, state := ReadPreface(b); string(got) != "phish.example:8080" || state != stream.Whole {
			t.Errorf("%s: %q, state %d", name, got, state)
		}
	}
	for _, b := range []string{"PRI * HTTP/2.1", Preface + string(frame(FrameHeaders, flagPadded, []byte{9})), Preface + "\xff\xff\xff\x00\x00\x00\x00\x00\x00"} {
		if _, state := ReadPreface([]byte(b)); state != stream.None {
			t.Errorf("%q: state %d", b, state)
		}
	}
}

// FuzzRead wants the same of a whole and of what comes byte by byte.
func FuzzRead(f *testing.F) {
	f.Add([]byte("GET http://b.fr/ HTTP/1.1\r\nHost:\r\n a.fr\r\nContent-Length: 3\r\n\r\nabc"))
	f.Add(append(append([]byte(Preface), frame(4, 0, nil)...), frame(FrameHeaders, FlagEndHeaders, compressed("a.fr"))...))
	f.Fuzz(func(t *testing.T, b []byte) {
		var whole, part Request
		used, state := whole.Read(b)
		authority, second := ReadPreface(b)
		if used > len(b) || len(Hostname(whole.Host)) > len(whole.Host) || len(b) < maxHead && len(authority) > 64*len(b) {
			t.Errorf("used %d of %d", used, len(b))
		}
		for n := range b {
			if u, s := part.Read(b[:n]); s != stream.More && (s != state || u != used) {
				t.Fatalf("after %d bytes: state %d, used %d; of all: %d, %d", n, s, u, state, used)
			}
			if _, s := ReadPreface(b[:n]); s != stream.More && s != second {
				t.Fatalf("after %d bytes: state %d of the preface; of all: %d", n, s, second)
			}
		}
	})
}

func BenchmarkRead(b *testing.B) {
	request := []byte("GET /index.html HTTP/1.1\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64)\r\nAccept: */*\r\nHost: www.impots.gouv.fr\r\n\r\n")
	var r Request
	b.ReportAllocs()
	for b.Loop() {
		if _, s := r.Read(request); s != stream.Whole {
			b.Fatal("not read")
		}
	}
}
