package tls

import (
	"crypto/tls"
	"strings"
	"testing"

	"abri.example/abri/names/stream"
)

func TestTheHelloOfGo(t *testing.T) {
	var r Reader
	b := sent(t, &tls.Config{ServerName: "www.impots.gouv.fr", NextProtos: []string{"h2", "http/1.1"}})
	used, state := r.Read(b)
	if state != stream.Whole || used != len(b) || string(r.Hello.Name) != "www.impots.gouv.fr" || r.Hello.Version != 0x0304 || r.Hello.ECH {
		t.Errorf("read %d of %d, state %d: %q, version %x", used, len(b), state, r.Hello.Name, r.Hello.Version)
	}
	first, rest := Protocol(r.Hello.Protocols)
	if second, _ := Protocol(rest); string(first) != "h2" || string(second) != "http/1.1" {
		t.Errorf("protocols %q, %q", first, second)
	}
}

// TestAnySplit cuts a hello into records of every size and shows every beginning of it.
func TestAnySplit(t *testing.T) {
	s := spec{0x0303, []uint16{0x1301, 0xc02f}, []uint16{serverName, protocolNegotiation, encryptedHello},
		map[uint16][]byte{serverName: names("phish.example"), protocolNegotiation: protocols("h2")}}
	message := s.message()
	var r Reader
	for size := 1; size <= len(message); size++ {
		b := append(records(message, size), "what follows"...)
		end := len(b) - len("what follows")
		for n := range b {
			used, state := r.Read(b[:n])
			if want := n >= end; (state == stream.Whole) != want || state == stream.None || want && used != end {
				t.Fatalf("records of %d, %d of %d bytes: used %d, state %d", size, n, len(b), used, state)
			}
			if at := Find(append([]byte("STARTTLS\r\n\x16\x03"), b[:n]...)); at != 12 && n > 1 {
				t.Fatalf("records of %d, %d bytes: found at %d, want 12", size, n, at)
			}
		}
		if string(r.Hello.Name) != "phish.example" || !r.Hello.ECH {
			t.Fatalf("records of %d: %q, ECH %v", size, r.Hello.Name, r.Hello.ECH)
		}
	}
}

func TestWhatIsNoHello(t *testing.T) {
	whole := records(spec{legacy: 0x0303, ciphers: []uint16{1}}.message(), 1<<14)
	for name, b := range map[string][]byte{
		"a server's":           append([]byte{22, 3, 3, 0, 80, 2}, make([]byte, 79)...),
		"HTTP":                 []byte("GET / HTTP/1.1\r\n"),
		"application data":     {23, 3, 3, 0, 1, 1},
		"an empty record":      {22, 3, 1, 0, 0},
		"a version of nothing": {22, 4, 1},
		"too long":             {22, 3, 1, 0, 100, 1, 1, 0, 0},
		"odd ciphers":          records(append([]byte{1, 0, 0, 41, 3, 3}, append(make([]byte, 33), 0, 3, 1, 2, 3, 0)...), 1<<14),
		"lengths that lie":     append(whole[:len(whole)-3:len(whole)-3], 9, 9, 9),
	} {
		var r Reader
		if used, state := r.Read(b); state != stream.None || used != 0 {
			t.Errorf("%s: state %d, %d bytes used", name, state, used)
		}
	}
	if at := Find([]byte("\x16\x01 \x16\x03\x03\x00\x50\x02 EHLO")); at != 14 {
		t.Errorf("something was found at %d", at)
	}
}

func TestNamesInTheirExtension(t *testing.T) {
	for _, c := range []struct {
		data []byte
		want string
	}{
		{names("a.fr"), "a.fr"},
		{[]byte{0, 12, 7, 0, 2, 'x', 'y', 0, 0, 4, 'a', '.', 'f', 'r'}, "a.fr"}, // an unknown kind in front
		{[]byte{0, 7, 0, 0, 9, 'a', '.', 'f', 'r'}, ""},
		{[]byte{0, 0}, ""}, {nil, ""},
	} {
		s := spec{0x0303, []uint16{1}, []uint16{serverName}, map[uint16][]byte{serverName: c.data}}
		var h Hello
		if !h.Parse(s.message()[4:]) || string(h.Name) != c.want || !h.Named {
			t.Errorf("%x is read as %q, named %v", c.data, h.Name, h.Named)
		}
	}
}

func TestReadingAllocatesNothing(t *testing.T) {
	b := sent(t, &tls.Config{ServerName: "www.impots.gouv.fr", NextProtos: []string{"h2"}})
	var r Reader
	var p Printer
	p.JA3(new(Hello)) // its scratch
	read := func() {
		if _, state := r.Read(b); state != stream.Whole {
			t.Fatal("not read")
		}
		p.JA3(&r.Hello)
		p.JA4(&r.Hello, OverTCP)
	}
	read()
	if n := testing.AllocsPerRun(100, read); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// FuzzReader wants the same of a whole and of a hello that comes byte by byte.
func FuzzReader(f *testing.F) {
	f.Add(sent(f, &tls.Config{ServerName: "www.impots.gouv.fr"}))
	f.Add(records(spec{legacy: 0x0301, ciphers: []uint16{1}}.message(), 7))
	f.Add([]byte("\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00"))
	f.Fuzz(func(t *testing.T, b []byte) {
		var whole, piecemeal Reader
		var p Printer
		used, state := whole.Read(b)
		for n := range b {
			if u, s := piecemeal.Read(b[:n]); s != stream.More && (s != state || u != used) {
				t.Fatalf("after %d bytes: state %d, used %d; of all: %d, %d", n, s, u, state, used)
			}
		}
		if state != stream.Whole {
			return
		}
		if len(whole.Hello.Name) > used || used > len(b) {
			t.Errorf("a name of %d bytes in %d", len(whole.Hello.Name), used)
		}
		ja3, ja4 := p.JA3(&whole.Hello), p.JA4(&whole.Hello, OverTCP)
		if ja4[10] != '_' || ja4[23] != '_' || strings.Trim(string(ja3[:]), "0123456789abcdef") != "" {
			t.Errorf("prints as %s and %s", ja3, ja4)
		}
	})
}

func BenchmarkName(b *testing.B) {
	hello := sent(b, &tls.Config{ServerName: "www.impots.gouv.fr", NextProtos: []string{"h2", "http/1.1"}})
	var r Reader
	b.ReportAllocs()
	for b.Loop() {
		if _, state := r.Read(hello); state != stream.Whole || len(r.Hello.Name) == 0 {
			b.Fatal("not read")
		}
	}
}

func BenchmarkFingerprints(b *testing.B) {
	hello := sent(b, &tls.Config{ServerName: "www.impots.gouv.fr", NextProtos: []string{"h2", "http/1.1"}})
	var r Reader
	r.Read(hello)
	var p Printer
	b.Run("JA3", func(b *testing.B) {
		for b.Loop() {
			p.JA3(&r.Hello)
		}
	})
	b.Run("JA4", func(b *testing.B) {
		for b.Loop() {
			p.JA4(&r.Hello, OverTCP)
		}
	})
}
