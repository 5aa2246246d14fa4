package detect

import (
	"fmt"
	"slices"
	"testing"

	"abri.example/abri"
	"abri.example/abri/flow"
	"abri.example/abri/packet"
)

// segments are what a client sends, one a packet, from the given sequence number on.
func (s *site) segments(parts ...string) {
	h := syn(stranger, web, 80)
	h.Seq = 100
	s.see(abri.Outside, h)
	s.see(abri.Inside, reply(h, packet.SYN|packet.ACK))
	seq := uint32(101)
	for _, p := range parts {
		d := h
		d.Flags, d.Seq, d.Payload, d.DataLength, d.Length = packet.ACK|packet.PSH, seq, []byte(p), len(p), 40+len(p)
		s.see(abri.Outside, d)
		seq += uint32(len(p))
	}
	h.Flags = packet.RST
	s.see(abri.Outside, h)
	s.wait(1e12)
}

// cut is a text in pieces of n bytes.
func cut(text string, n int) (all []string) {
	for c := range slices.Chunk([]byte(text), n) {
		all = append(all, string(c))
	}
	return all
}

// However a request is cut, a rule reads what the server would; and an honest one is left alone.
func TestRequestsAreReadWhole(t *testing.T) {
	const evil = "GET /a?f=..%2f..%2f..%2fetc/passwd HTTP/1.1\r\nHost: a\r\n\r\n"
	const good = "GET /a?f=accueil HTTP/1.1\r\nHost: a\r\n\r\n"
	const form = "POST /b HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nx=1&y"
	for name, c := range map[string]struct {
		parts []string
		want  bool
	}{
		"in one":                     {[]string{evil}, true},
		"byte by byte":               {cut(evil, 1), true},
		"by seven":                   {cut(evil, 7), true},
		"within the words":           {[]string{evil[:16], evil[16:]}, true},
		"second of two in one":       {[]string{good + evil}, true},
		"behind a form":              {[]string{form + evil}, true},
		"behind a form, cut":         {[]string{form + evil[:9], evil[9:]}, true},
		"without an end":             {[]string{evil[:50]}, true},
		"honest, byte by byte":       {cut(good+form+good, 1), false},
		"within the body of a form":  {[]string{fmt.Sprintf("POST /b HTTP/1.1\r\nContent-Length: %d\r\n\r\n%s", len(evil), evil)}, false},
		"of a body that never ends ": {[]string{"POST /b HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" + evil}, false},
	} {
		s := newSite()
		s.segments(c.parts...)
		found := slices.ContainsFunc(s.found, func(f abri.Finding) bool { return f.Kind == abri.Exploit })
		if found != c.want {
			t.Errorf("%s: found %v, want %v: %+v", name, found, c.want, s.found)
		}
	}
}

// Whatever comes, each byte is kept in bounded room, and nothing is read past its end.
func FuzzRequests(f *testing.F) {
	f.Add([]byte("GET / HTTP/1.1\r\n\r\nGET /b HTTP/1.1\r\nContent-Length: 3\r\n\r\nabcPOST"), uint8(3))
	f.Add([]byte("POST / HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n"), uint8(1))
	f.Fuzz(func(t *testing.T, text []byte, n uint8) {
		r := newRequests()
		h := syn(stranger, web, 80)
		table := flow.NewTable(flow.Options{})
		h.Known = true
		fl, _ := table.Observe(start, abri.Outside, &h)
		for c := range slices.Chunk(text, int(n)+1) {
			h.Payload, h.DataLength = c, len(c)
			r.read(start, fl, &h, c, func(head []byte) {
				if len(head) > requestMost+256 {
					t.Fatalf("a head of %d bytes", len(head))
				}
			})
			h.Seq += uint32(len(c))
		}
	})
}
