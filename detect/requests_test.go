package detect

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"slices"
	"strings"
	"testing"

	"abri.example/abri"
	"abri.example/abri/packet"
)

// wicked is what a rule of bodies knows.
const wicked = "file=../../../../etc/passwd"

func posted(fields, body string) string {
	return fmt.Sprintf("POST /b HTTP/1.1\r\nHost: a\r\n%sContent-Length: %d\r\n\r\n%s", fields, len(body), body)
}

func chunked(body string) string {
	text := "POST /b HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
	for _, c := range cut(body, 4) {
		text += fmt.Sprintf("%x\r\n%s\r\n", len(c), c)
	}
	return text + "0\r\n\r\n"
}

func zipped(body string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write([]byte(body))
	_ = w.Close()
	return b.String()
}

// segments are what a client sends, one a packet, from the given sequence number on; the last first where they come in disorder.
func (s *site) segments(disorder bool, parts ...string) {
	h := syn(stranger, web, 80)
	h.Seq = 100
	s.see(abri.Outside, h)
	s.see(abri.Inside, reply(h, packet.SYN|packet.ACK))
	var all []packet.Headers
	seq := uint32(101)
	for _, p := range parts {
		d := h
		d.Flags, d.Seq, d.Payload, d.DataLength, d.Length = packet.ACK|packet.PSH, seq, []byte(p), len(p), 40+len(p)
		all = append(all, d)
		seq += uint32(len(p))
	}
	if disorder {
		slices.Reverse(all)
	}
	for _, d := range all {
		s.see(abri.Outside, d)
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
	const short = "POST /b HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nx=1&y"
	for name, c := range map[string]struct {
		parts []string
		want  bool
	}{
		"in one":                     {[]string{evil}, true},
		"byte by byte":               {cut(evil, 1), true},
		"by seven":                   {cut(evil, 7), true},
		"within the words":           {[]string{evil[:16], evil[16:]}, true},
		"second of two in one":       {[]string{good + evil}, true},
		"behind a form":              {[]string{short + evil}, true},
		"behind a form, cut":         {[]string{short + evil[:9], evil[9:]}, true},
		"without an end":             {[]string{evil[:50]}, true},
		"honest, byte by byte":       {cut(good+short+good, 1), false},
		"within the body of a form":  {[]string{posted("", "GET /.git/config HTTP/1.1\r\nHost: a\r\n\r\n")}, false},
		"in chunks":                  {[]string{chunked(wicked)}, true},
		"in chunks, byte by byte":    {cut(chunked(wicked), 1), true},
		"packed":                     {[]string{posted("Content-Encoding: gzip\r\n", zipped(wicked))}, true},
		"in a form":                  {[]string{posted("Content-Type: application/x-www-form-urlencoded\r\n", strings.ReplaceAll(wicked, "/", "%252f"))}, true},
		"in JSON":                    {[]string{posted("Content-Type: application/json\r\n", `{"x":"`+strings.ReplaceAll(wicked, ".", `\u002e`)+`"}`)}, true},
		"honest, in chunks":          {[]string{chunked("l'union des commerçants")}, false},
		"of a body that never ends ": {[]string{"POST /b HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" + evil}, false},
	} {
		for _, disorder := range []bool{false, true} {
			s := newSite()
			s.segments(disorder, c.parts...)
			found := slices.ContainsFunc(s.found, func(f abri.Finding) bool { return f.Kind == abri.Exploit })
			if found != c.want {
				t.Errorf("%s, in disorder %v: found %v, want %v: %+v", name, disorder, found, c.want, s.found)
			}
		}
	}
}
