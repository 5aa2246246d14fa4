package dns

import (
	"strings"
	"testing"

	miekg "github.com/miekg/dns"
)

// names gives the names that a message asks for, and whether it is a message.
func names(b []byte) ([]string, bool) {
	m, ok := Parse(b)
	if !ok {
		return nil, false
	}
	var all []string
	buffer := make([]byte, 0, 300)
	for q, ok := m.Next(buffer); ok; q, ok = m.Next(buffer) {
		all = append(all, string(q.Name))
	}
	return all, true
}

func TestQuestions(t *testing.T) {
	header := "\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00"
	long := strings.Repeat("\x3f"+strings.Repeat("a", 63), 3)
	for _, c := range []struct{ name, bytes, want string }{
		{"plain", header + "\x03www\x06impots\x04gouv\x02fr\x00\x00\x01\x00\x01", "www.impots.gouv.fr"},
		{"mixed case", header + "\x03wWw\x07EXAMPLE\x00\x00\x01\x00\x01", "www.example"},
		{"the root", header + "\x00\x00\x02\x00\x01", "."},
		{"odd bytes", header + "\x05a.b\\c\x02\x00 \x00\x00\x01\x00\x01", `a\.b\\c.\000\032`},
		{"a pointer to a zero byte", header + "\x01a\xc0\x04\x00\x01\x00\x01", "a"},
		{"a pointer to itself", header + "\xc0\x0c\x00\x01\x00\x01", ""},
		{"a pointer forwards", header + "\x01a\xc0\x14\x00\x01\x00\x01\x01b\x00", "a.b"},
		{"a label of a kind that is not used", header + "\x41a\x00\x00\x01\x00\x01", ""},
		{"cut in a label", header + "\x05ab", ""},
		{"cut before the class", header + "\x01a\x00\x00\x01", ""},
		{"too long", header + long + "\x3e" + strings.Repeat("a", 62) + "\x00\x00\x01\x00\x01", ""},
		{"as long as may be", header + long + "\x3d" + strings.Repeat("a", 61) + "\x00\x00\x01\x00\x01",
			strings.Repeat(strings.Repeat("a", 63)+".", 3) + strings.Repeat("a", 61)},
		{"two, the second compressed", "\x12\x34\x01\x00\x00\x02\x00\x00\x00\x00\x00\x00" +
			"\x01a\x02fr\x00\x00\x01\x00\x01\x01b\xc0\x0e\x00\x01\x00\x01", "a.fr b.fr"},
		{"far more said than there are", "\x12\x34\x01\x00\xff\xff\x00\x00\x00\x00\x00\x00\x01a\x00\x00\x01\x00\x01", "a"},
		{"a hundred", "\x12\x34\x01\x00\x00\x64\x00\x00\x00\x00\x00\x00" + strings.Repeat("\x01a\x00\x00\x01\x00\x01", 99) + "\x01z\x00\x00\x01\x00\x01",
			strings.Repeat("a ", 99) + "z"},
		{"more said than there are", "\x12\x34\x01\x00\x00\x09\x00\x00\x00\x00\x00\x00\x01a\x00\x00\x01\x00\x01", "a"},
	} {
		got, ok := names([]byte(c.bytes))
		if !ok || strings.Join(got, " ") != c.want {
			t.Errorf("%s: %v %q, want %q", c.name, ok, got, c.want)
		}
	}
	odd := "\x12\x34\x48\x00\x00\x01\x00\x00\x00\x00\x00\x00" // an opcode that nobody assigned
	if got, ok := names([]byte(odd + "\x01a\x02fr\x00\x00\x01\x00\x01")); !ok || len(got) != 1 || got[0] != "a.fr" {
		t.Errorf("of an unknown opcode: %v, %q", ok, got)
	}
	for _, b := range []string{"", header[:11], odd + "\x01a\x02\x00\xff\x00\x00\x01\x00\x01", odd + "\x01a\x00\x00\x01\x00\x02", "\x12\x34\x78\x00\x00\x01\x00\x00\x00\x00\x00\x00"} {
		if got, ok := names([]byte(b)); ok {
			t.Errorf("%q is taken for a message that asks for %q", b, got)
		}
	}
}

func TestReadingAllocatesNothing(t *testing.T) {
	b := question(t, "www.impots.gouv.fr.")
	buffer := make([]byte, 0, 300)
	if n := testing.AllocsPerRun(100, func() {
		m, _ := Parse(b)
		m.Next(buffer)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func question(t testing.TB, name string) []byte {
	b, err := new(miekg.Msg).SetQuestion(name, miekg.TypeA).Pack()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// FuzzMessage compares with miekg/dns where that reads the message too.
func FuzzMessage(f *testing.F) {
	f.Add(question(f, "www.impots.gouv.fr."))
	f.Add(question(f, "."))
	f.Add(question(f, `a\.b\000c.`))
	f.Add([]byte("\x12\x34\x01\x00\x00\x02\x00\x00\x00\x00\x00\x00\x01a\x02fr\x00\x00\x01\x00\x01\x01b\xc0\x0e\x00\x01\x00\x01"))
	f.Fuzz(func(t *testing.T, b []byte) {
		got, ok := names(b)
		var other miekg.Msg
		if !ok || other.Unpack(b) != nil || len(got) < len(other.Question) {
			return
		}
		for i, q := range other.Question {
			name := got[i]
			if name != "." {
				name += "."
			}
			a, b := make([]byte, 512), make([]byte, 512)
			n, err := miekg.PackDomainName(name, a, 0, nil, false)
			m, other := miekg.PackDomainName(q.Name, b, 0, nil, false)
			if err != nil || other != nil || !strings.EqualFold(string(a[:n]), string(b[:m])) {
				t.Errorf("%q, miekg says %q (%v, %v)", got[i], q.Name, err, other)
			}
		}
	})
}

func BenchmarkQuestion(b *testing.B) {
	message, buffer := question(b, "www.impots.gouv.fr."), make([]byte, 0, 300)
	b.ReportAllocs()
	for b.Loop() {
		m, _ := Parse(message)
		if _, ok := m.Next(buffer); !ok {
			b.Fatal("not read")
		}
	}
}
