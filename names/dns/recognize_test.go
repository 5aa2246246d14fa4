package dns

import (
	"net"
	"testing"

	miekg "github.com/miekg/dns"
)

// Bytes on any port are a message of the DNS only where all of them are.
func TestRecognize(t *testing.T) {
	pack := func(change func(*miekg.Msg)) []byte {
		m := new(miekg.Msg).SetQuestion("www.impots.gouv.fr.", miekg.TypeA)
		change(m)
		b, err := m.Pack()
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	record := &miekg.A{Hdr: miekg.RR_Header{Name: "www.impots.gouv.fr.", Rrtype: miekg.TypeA, Class: miekg.ClassINET}, A: net.IPv4(192, 0, 2, 1)}
	plain := pack(func(*miekg.Msg) {})
	for _, c := range []struct {
		what  string
		bytes []byte
		want  bool
	}{
		{"a question", plain, true},
		{"with EDNS", pack(func(m *miekg.Msg) { m.SetEdns0(1232, true) }), true},
		{"an answer", pack(func(m *miekg.Msg) { m.Response, m.Answer = true, []miekg.RR{record} }), true},
		{"an answer that there is no such name", pack(func(m *miekg.Msg) { m.Response, m.Rcode = true, miekg.RcodeNameError }), true},
		{"a question that fails", pack(func(m *miekg.Msg) { m.Rcode = miekg.RcodeNameError }), false},
		{"a question with an answer", pack(func(m *miekg.Msg) { m.Answer = []miekg.RR{record} }), false},
		{"an update", pack(func(m *miekg.Msg) { m.Opcode = miekg.OpcodeUpdate }), false},
		{"two questions", pack(func(m *miekg.Msg) { m.Question = append(m.Question, m.Question[0]) }), false},
		{"of another class", pack(func(m *miekg.Msg) { m.Question[0].Qclass = miekg.ClassCHAOS }), false},
		{"of no type", pack(func(m *miekg.Msg) { m.Question[0].Qtype = 0xf000 }), false},
		{"the root", pack(func(m *miekg.Msg) { m.Question[0].Name = "." }), false},
		{"of no host", pack(func(m *miekg.Msg) { m.Question[0].Name = `a\000b.fr.` }), false},
		{"cut", plain[:len(plain)-1], false},
		{"with more behind it", append(plain[:len(plain):len(plain)], 0), false},
		{"nothing", nil, false},
	} {
		if m, ok := Recognize(c.bytes); ok != c.want {
			t.Errorf("%s: %v", c.what, ok)
		} else if q, told := m.Next(nil); ok && (!told || string(q.Name) != "www.impots.gouv.fr") {
			t.Errorf("%s: asks for %q", c.what, q.Name)
		}
	}
}

// FuzzRecognize wants nothing to be recognized that miekg/dns takes for no message.
func FuzzRecognize(f *testing.F) {
	f.Add(question(f, "www.impots.gouv.fr."))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, ok := Recognize(b)
		if !ok {
			return
		}
		if q, told := m.Next(nil); !told || len(q.Name) < 2 {
			t.Errorf("%x asks for %q", b, q.Name)
		}
	})
}
