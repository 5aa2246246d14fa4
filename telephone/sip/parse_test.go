package sip

import (
	"bytes"
	"strings"
	"testing"
)

// invite is a call as an exchange sends it, with what parsers stumble over: a folded header, compact names, a comma in a
// name, parameters of the user and of the URI.
const invite = "INVITE sip:+33612345678@sip.operateur.example;user=phone SIP/2.0\r\n" +
	"v: SIP/2.0/UDP 192.168.1.5:5060;rport;branch=z9hG4bK-one,\r\n SIP/2.0/UDP 10.0.0.9;branch=z9hG4bK-two\r\n" +
	"From: \"Mairie, accueil; <x>\" <sip:0477000000;cpc=x:secret@mairie.example>;tag=from-1\r\n" +
	"t: <sip:0612345678@sip.operateur.example>\r\n" +
	"i: call-1@192.168.1.5\r\n" +
	"CSeq: 102 INVITE\r\n" +
	"m: <sip:pbx@192.168.1.5:5060;transport=udp>;expires=60\r\n" +
	"Proxy-Authorization: Digest username=\"mairie\"\r\n" +
	"Record-Route: <sip:a.example;lr>\r\n" +
	"USER-AGENT:  Exchange 1\r\n" +
	"Content-Length: 4\r\n\r\nv=0\r\nleftover"

func parsed(t *testing.T, text string) *Message {
	t.Helper()
	m := new(Message)
	if !m.Parse([]byte(text)) {
		t.Fatalf("%q is taken for no message", text)
	}
	return m
}

func TestParse(t *testing.T) {
	m := parsed(t, invite)
	for _, c := range []struct{ what, got, want string }{
		{"method", m.Method.String(), "INVITE"},
		{"target", string(m.Target.User), "+33612345678"},
		{"its host", string(m.Target.Host), "sip.operateur.example"},
		{"who asks", string(m.From.User), "0477000000"},
		{"its host", string(m.From.Host), "mairie.example"},
		{"its tag", string(m.From.Tag), "from-1"},
		{"who is asked for", string(m.To.User), "0612345678"},
		{"its tag", string(m.To.Tag), ""},
		{"call", string(m.CallID), "call-1@192.168.1.5"},
		{"branch", string(m.Branch), "z9hG4bK-one"},
		{"contact", string(m.Contact.Host), "192.168.1.5:5060"},
		{"agent", string(m.Agent), "Exchange 1"},
		{"body", string(m.Body), "v=0\r"},
	} {
		if c.got != c.want {
			t.Errorf("%s: %q, want %q", c.what, c.got, c.want)
		}
	}
	if !m.Request() || m.CSeq != 102 || !m.Credentials || m.Expires != 60 || m.Length != 4 {
		t.Errorf("got %+v", m)
	}
}

func TestAnswersAndOddities(t *testing.T) {
	for name, c := range map[string]struct {
		text   string
		method Method
		status int
		user   string
	}{
		"an answer":            {"SIP/2.0 407 Proxy Authentication Required\r\nTo: <sip:12@x>;tag=a\r\nCSeq: 1 REGISTER\r\n\r\n", Register, 407, "12"},
		"lines end by LF":      {"SIP/2.0 200 OK\nTo: sip:13@x;tag=a\nCSeq: 7 INVITE\n\n", Invite, 200, "13"},
		"a telephone number":   {"OPTIONS tel:+33477000000;phone-context=x SIP/2.0\r\nTo: <tel:+33477000000;ext=1>\r\n\r\n", Options, 0, "+33477000000"},
		"an unknown word":      {"FROBNICATE sip:a@b SIP/2.0\r\nTo: <sip:14@x>\r\n\r\n", Other, 0, "14"},
		"cut within a header":  {"REGISTER sip:x SIP/2.0\r\nTo: <sip:15@x", Register, 0, "15"},
		"no colon in a header": {"REGISTER sip:x SIP/2.0\r\nnonsense\r\nTo: <sip:16@x>\r\n\r\n", Register, 0, "16"},
	} {
		m := parsed(t, c.text)
		if m.Method != c.method || m.Status != c.status || string(m.To.User) != c.user {
			t.Errorf("%s: %s %d %q", name, m.Method, m.Status, m.To.User)
		}
	}
	for _, text := range []string{"", "GET / HTTP/1.1\r\n\r\n", "SIP/2.0 99 x\r\n\r\n", "SIP/2.0 2x0 OK\r\n\r\n", "INVITE SIP/2.0\r\n\r\n", "\x16\x03\x01\x02\x00"} {
		if new(Message).Parse([]byte(text)) {
			t.Errorf("%q is taken for a message", text)
		}
	}
}

// A stream is cut into its messages wherever its segments end.
func TestSize(t *testing.T) {
	whole := invite[:len(invite)-len("\nleftover")]
	stream := "\r\n\r\n" + whole + "SIP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n" + whole
	var sizes []int
	for from, to := 0, 0; to <= len(stream); to++ {
		n, ok := Size([]byte(stream[from:to]))
		if !ok {
			t.Fatalf("%q begins no message", stream[from:to])
		}
		if n > 0 && from+n <= to {
			sizes, from = append(sizes, n), from+n
		}
	}
	if len(sizes) < 3 || sizes[len(sizes)-1] != len(whole) {
		t.Errorf("sizes %v, want the last %d", sizes, len(whole))
	}
	for _, text := range []string{"\x16\x03\x01\x02\x00", "GET / HTTP/1.1\r\n", strings.Repeat("A", MostBytes)} {
		if n, ok := Size([]byte(text)); ok && n == 0 && len(text) >= MostBytes || ok && n > 0 {
			t.Errorf("%.10q… is taken for a message of %d bytes", text, n)
		}
	}
}

// What ends a call belongs to its transaction and its dialogue, and is a message itself.
func TestEndingACall(t *testing.T) {
	call := parsed(t, invite)
	answer := parsed(t, "SIP/2.0 200 OK\r\nVia: x\r\nRecord-Route: <sip:b.example;lr>\r\nRecord-Route: <sip:a.example;lr>\r\n"+
		"From: <sip:0477000000@mairie.example>;tag=from-1\r\nTo: <sip:0612345678@x>;tag=to-1\r\nCall-ID: call-1@192.168.1.5\r\nCSeq: 102 INVITE\r\n"+
		"Contact: <sip:gw@203.0.113.9:5080>\r\n\r\n")
	for name, c := range map[string]struct {
		text           []byte
		method         Method
		status         int
		branch, target string
		cseq           uint32
		toTag          string
	}{
		"decline":  {Decline(call, "abri1"), Invite, 603, "z9hG4bK-one", "", 102, "abri1"},
		"withdraw": {Withdraw(call), Cancel, 0, "z9hG4bK-one", "sip:+33612345678@sip.operateur.example;user=phone", 102, ""},
		"ack":      {Acknowledge(call, answer, "k1"), Ack, 0, "z9hG4bKk1", "sip:gw@203.0.113.9:5080", 102, "to-1"},
		"bye":      {Hangup(call, answer, "k2"), Bye, 0, "z9hG4bKk2", "sip:gw@203.0.113.9:5080", 103, "to-1"},
	} {
		m := parsed(t, string(c.text))
		if m.Method != c.method || m.Status != c.status || string(m.Branch) != c.branch || string(m.Target.Raw) != c.target ||
			m.CSeq != c.cseq || string(m.To.Tag) != c.toTag || string(m.From.Tag) != "from-1" || string(m.CallID) != "call-1@192.168.1.5" {
			t.Errorf("%s is\n%s", name, c.text)
		}
		if !bytes.HasSuffix(c.text, []byte("\r\n\r\n")) {
			t.Errorf("%s does not end", name)
		}
	}
	if bye := string(Hangup(call, answer, "k")); strings.Index(bye, "Route: <sip:a.example;lr>") > strings.Index(bye, "Route: <sip:b.example;lr>") {
		t.Errorf("the routes are not reversed:\n%s", bye)
	}
}

func TestParsingAllocatesNothing(t *testing.T) {
	text, m := []byte(invite), new(Message)
	if n := testing.AllocsPerRun(100, func() { m.Parse(text) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(invite))
	f.Add([]byte("SIP/2.0 200 OK\r\nv: a,b\r\n c\r\nTo: \"x\\\"<\" <sip:%2B33@h?x>;tag=\r\nCSeq: 4294967295 BYE\r\nl: 99999999\r\n\r\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		var m Message
		if !m.Parse(b) {
			return
		}
		if len(m.Head)+len(m.Body) > len(b) || m.Length < -1 || m.Expires < -1 {
			t.Errorf("%d bytes gave %+v", len(b), m)
		}
		if n, ok := Size(b); ok && n < 0 {
			t.Errorf("a size of %d", n)
		}
		if m.Method != Invite || !m.Request() {
			return
		}
		for _, text := range [][]byte{Decline(&m, "t"), Withdraw(&m), Hangup(&m, &m, "b"), Acknowledge(&m, &m, "b")} {
			if !new(Message).Parse(text) {
				t.Errorf("what ends a call is no message: %q", text)
			}
		}
	})
}

// The bar is 10,000 messages a second on one core, reading and following together; beside it stands one look for the end
// of the headers, which nothing can do without.
func BenchmarkParse(b *testing.B) {
	text, m := []byte(invite), new(Message)
	b.ReportAllocs()
	for b.Loop() {
		m.Parse(text)
	}
}

func BenchmarkYardstick(b *testing.B) {
	text, n := []byte(invite), 0
	for b.Loop() {
		n += bytes.Index(text, []byte("\r\n\r\n"))
	}
	_ = n
}
