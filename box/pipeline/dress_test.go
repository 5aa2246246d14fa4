package pipeline

import (
	"encoding/binary"
	"net/netip"
	"testing"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"

	"abri.example/abri"
	"abri.example/abri/box/order"
	"abri.example/abri/packet"
)

// h2c is how a client of HTTP/2 in the clear begins, and its first request.
func h2c(t *testing.T, authority string) string {
	t.Helper()
	var fields, b writer
	e := hpack.NewEncoder(&fields)
	for _, f := range []hpack.HeaderField{{Name: ":method", Value: "GET"}, {Name: ":authority", Value: authority}} {
		if err := e.WriteField(f); err != nil {
			t.Fatal(err)
		}
	}
	f := http2.NewFramer(&b, nil)
	if err := f.WriteSettings(); err != nil {
		t.Fatal(err)
	}
	if err := f.WriteHeaders(http2.HeadersFrameParam{StreamID: 1, BlockFragment: fields, EndHeaders: true}); err != nil {
		t.Fatal(err)
	}
	return http2.ClientPreface + string(b)
}

type writer []byte

func (w *writer) Write(b []byte) (int, error) { *w = append(*w, b...); return len(b), nil }

// Whatever a client says before the name, its conversation is cut at the name and not before.
func TestAListedNameBehindOtherWords(t *testing.T) {
	listed, honest := hello(t, "login.wrong-bank.com"), hello(t, "www.mairie.fr")
	at := func(port uint16) netip.AddrPort { return netip.AddrPortFrom(fence2.Addr(), port) }
	for what, c := range map[string]struct {
		server netip.AddrPort
		said   []string // the name is in the last
	}{
		"STARTTLS of SMTP":    {at(587), []string{"EHLO mairie\r\n", "STARTTLS\r\n", listed}},
		"STARTTLS of IMAP":    {at(143), []string{"a1 STARTTLS\r\n", listed}},
		"STLS of POP3":        {at(110), []string{"STLS\r\n", listed}},
		"a proxy's tunnel":    {at(3128), []string{"CONNECT www.mairie.fr:443 HTTP/1.1\r\nHost: www.mairie.fr\r\n\r\n", listed}},
		"CONNECT":             {at(3128), []string{"CONNECT login.wrong-bank.com:443 HTTP/1.1\r\n\r\n"}},
		"h2c":                 {at(80), []string{h2c(t, "login.wrong-bank.com")}},
		"a later request":     {at(80), []string{"GET / HTTP/1.1\r\nHost: a.fr\r\n\r\n", "GET / HTTP/1.1\r\nHost: wrong-bank.com\r\n\r\n"}},
		"a second hello":      {at(443), []string{honest, "\x14\x03\x03\x00\x01\x01" + listed}},
		"DNS on another port": {at(5300), []string{framed(ask("wrong-bank.com"))}},
	} {
		l, h := newCutting(t)
		seq := uint32(1000)
		for i, words := range c.said {
			if len(h.blocked) != 0 {
				t.Errorf("%s: cut before part %d", what, i)
			}
			l.Copy(start, abri.Inside, order.Passed, segment(t, desk, c.server, seq, 5000, 0, words))
			seq += uint32(len(words))
		}
		want := order.Conversation{Client: desk, Server: c.server, Proto: packet.TCP}
		if len(h.blocked) != 1 || h.blocked[0].Conversation != want || len(h.injected) != 2 || h.injected[0].Seq != seq {
			t.Errorf("%s: blocked %+v, injected %+v", what, h.blocked, h.injected)
		}
		if a := l.one(t); a.Outcome != abri.Blocked || a.Kind != abri.PhishingSite {
			t.Errorf("%s: counted as %+v", what, a)
		}
	}
}

func framed(message string) string {
	return string(binary.BigEndian.AppendUint16(nil, uint16(len(message)))) + message
}

// A tunnel is not cut for one name in it, and who asked is told.
func TestANameInATunnelIsToldAndNotCut(t *testing.T) {
	l, h := newCutting(t)
	inner := segment(t, desk6, bank6, 1000, 5000, 0, hello(t, "login.wrong-bank.com"))[22:]
	head := []byte{0x45, 0, 0, 0, 0, 0, 0, 0, 64, 41, 0, 0, 192, 168, 10, 100, 198, 51, 100, 7}
	binary.BigEndian.PutUint16(head[2:], uint16(len(head)+len(inner)))
	frame := append(append(make([]byte, 12), 8, 0), append(head, inner...)...)
	l.Copy(start, abri.Inside, order.Passed, frame)
	if len(h.blocked) != 0 || len(h.injected) != 0 {
		t.Errorf("blocked %+v, injected %+v", h.blocked, h.injected)
	}
	if a := l.one(t); a.Outcome != abri.Observed || a.Kind != abri.PhishingSite || a.Inside != desk6.Addr() {
		t.Errorf("counted as %+v", a)
	}
}
