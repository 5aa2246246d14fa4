package dns

import (
	"net/netip"
	"slices"
	"testing"

	miekg "github.com/miekg/dns"
)

// pack is a message of the other library's.
func pack(t testing.TB, change func(*miekg.Msg), questions ...miekg.Question) []byte {
	t.Helper()
	m := &miekg.Msg{MsgHdr: miekg.MsgHdr{Id: 4711, RecursionDesired: true, CheckingDisabled: true}, Question: questions, Compress: true}
	if change != nil {
		change(m)
	}
	b, err := m.Pack()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

var (
	forA    = miekg.Question{Name: "Www.Evil.com.", Qtype: miekg.TypeA, Qclass: miekg.ClassINET}
	forAAAA = miekg.Question{Name: "www.evil.com.", Qtype: miekg.TypeAAAA, Qclass: miekg.ClassINET}
	forMX   = miekg.Question{Name: "evil.com.", Qtype: miekg.TypeMX, Qclass: miekg.ClassINET}
)

// TestRefusal has another library read what is answered.
func TestRefusal(t *testing.T) {
	both := []netip.Addr{netip.MustParseAddr("192.168.1.2"), netip.MustParseAddr("2001:db8::2")}
	edns := func(m *miekg.Msg) { m.SetEdns0(4096, true) }
	for _, c := range []struct {
		name   string
		query  []byte
		page   []netip.Addr
		rcode  int
		answer string
	}{
		{"plain", pack(t, nil, forA), nil, miekg.RcodeNameError, ""},
		{"EDNS", pack(t, edns, forMX), nil, miekg.RcodeNameError, ""},
		{"two questions, the second compressed", pack(t, edns, forA, forMX), nil, miekg.RcodeNameError, ""},
		{"two questions and a page", pack(t, nil, forA, forMX), both, miekg.RcodeSuccess, ""},
		{"the page", pack(t, edns, forA), both, miekg.RcodeSuccess, "192.168.1.2"},
		{"the page, IPv6", pack(t, nil, forAAAA), both, miekg.RcodeSuccess, "2001:db8::2"},
		{"the page has no such address", pack(t, nil, forAAAA), both[:1], miekg.RcodeSuccess, ""},
		{"the page is no mail server", pack(t, nil, forMX), both, miekg.RcodeSuccess, ""},
		{"a pointer forwards", []byte("\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\xc0\x12\x00\x01\x00\x01\x04evil\x03com\x00"), nil, miekg.RcodeNameError, ""},
	} {
		var was, now miekg.Msg
		if err := was.Unpack(c.query); err != nil {
			t.Fatal(err)
		}
		b, ok := AppendRefusal([]byte("before"), c.query, c.page)
		if !ok || string(b[:6]) != "before" {
			t.Fatalf("%s: %v %q", c.name, ok, b)
		}
		if err := now.Unpack(b[6:]); err != nil {
			t.Fatalf("%s: %v: %x", c.name, err, b)
		}
		answer := ""
		for _, rr := range now.Answer {
			switch r := rr.(type) {
			case *miekg.A:
				answer = r.A.String()
			case *miekg.AAAA:
				answer = r.AAAA.String()
			}
		}
		if now.Id != was.Id || !now.Response || now.Rcode != c.rcode || answer != c.answer || !slices.Equal(now.Question, was.Question) ||
			!now.RecursionDesired || !now.RecursionAvailable || now.CheckingDisabled != was.CheckingDisabled || len(now.Ns) == len(now.Answer) {
			t.Errorf("%s: %v", c.name, &now)
		}
		opt := now.IsEdns0()
		if (opt == nil) != (was.IsEdns0() == nil) {
			t.Errorf("%s: OPT is %v", c.name, opt)
		} else if opt != nil {
			if e, ok := opt.Option[0].(*miekg.EDNS0_EDE); !ok || e.InfoCode != miekg.ExtendedErrorCodeBlocked || !opt.Do() {
				t.Errorf("%s: OPT is %v", c.name, opt)
			}
		}
	}
}

// TestNoRefusal: what is no query gets none.
func TestNoRefusal(t *testing.T) {
	for _, q := range [][]byte{
		nil, pack(t, nil), pack(t, func(m *miekg.Msg) { m.Response = true }, forA), pack(t, func(m *miekg.Msg) { m.Opcode = miekg.OpcodeUpdate }, forA),
		pack(t, nil, forA)[:14],
	} {
		if b, ok := AppendRefusal(nil, q, nil); ok || len(b) != 0 {
			t.Errorf("%x is answered with %x", q, b)
		}
	}
}

// FuzzRefusal: whatever is asked, the other library reads the answer, and it is of bounded length.
func FuzzRefusal(f *testing.F) {
	f.Add(pack(f, nil, forA), true)
	f.Add(pack(f, func(m *miekg.Msg) { m.SetEdns0(1232, true) }, forA, forMX), false)
	f.Add([]byte("\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\xc0\x12\x00\x01\x00\x01\x04evil\x03com\x00"), true)
	f.Fuzz(func(t *testing.T, query []byte, page bool) {
		var to []netip.Addr
		if page {
			to = []netip.Addr{netip.MustParseAddr("192.168.1.2")}
		}
		b, ok := AppendRefusal(nil, query, to)
		if !ok {
			return
		}
		var m miekg.Msg
		if err := m.Unpack(b); err != nil || !m.Response || len(b) > 700 {
			t.Errorf("%x is answered with %x: %v", query, b, err)
		}
	})
}
