package dns

import (
	"net/netip"
	"slices"
	"testing"

	miekg "github.com/miekg/dns"
)

// reply is an answer with two records, the names compressed.
func reply(t testing.TB) []byte {
	t.Helper()
	m := new(miekg.Msg).SetQuestion("secretariat-2.local.", miekg.TypeA)
	m.Response, m.Compress = true, true
	for _, text := range []string{"secretariat-2.local. 120 IN A 192.168.1.20", "secretariat-2.local. 120 IN AAAA fe80::20"} {
		rr, err := miekg.NewRR(text)
		if err != nil {
			t.Fatal(err)
		}
		m.Answer = append(m.Answer, rr)
	}
	b, err := m.Pack()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestRecords(t *testing.T) {
	m, ok := Parse(reply(t))
	if !ok {
		t.Fatal("no message")
	}
	var got []string
	for r, ok := m.Record(nil); ok; r, ok = m.Record(nil) {
		a, _ := netip.AddrFromSlice(r.Data)
		got = append(got, string(r.Name)+" "+a.String())
	}
	if len(got) != 2 || got[0] != "secretariat-2.local 192.168.1.20" || got[1] != "secretariat-2.local fe80::20" {
		t.Errorf("got %q", got)
	}
	if _, ok := m.Record(nil); ok {
		t.Error("a third record")
	}
}

// FuzzRecord compares with miekg/dns where that reads the message too; it takes pointers forwards, which we don't.
func FuzzRecord(f *testing.F) {
	f.Add(reply(f))
	f.Add(reply(f)[:40])
	f.Fuzz(func(t *testing.T, b []byte) {
		m, ok := Parse(b)
		if !ok {
			return
		}
		var other miekg.Msg
		var all []miekg.RR
		if other.Unpack(b) == nil {
			all = slices.Concat(other.Answer, other.Ns, other.Extra)
		}
		buffer := make([]byte, 0, 300)
		for r, ok := m.Record(buffer); ok; r, ok = m.Record(buffer) {
			if len(r.Data) > len(b) {
				t.Fatal("more data than bytes")
			}
			if len(all) > 0 {
				if h := all[0].Header(); h.Rrtype != r.Type || h.Ttl != r.TTL || int(h.Rdlength) != len(r.Data) {
					t.Errorf("%+v, miekg reads %+v", r, h)
				}
				all = all[1:]
			}
		}
	})
}
