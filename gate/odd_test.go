package gate

import (
	"encoding/binary"
	"net/netip"
	"slices"
	"testing"
	"time"

	miekg "github.com/miekg/dns"

	"abri.example/abri"
)

// asking is a datagram to a resolver; lengths follow.
func asking(message []byte) frame {
	return frame{src: "192.168.1.20", dst: "9.9.9.9", proto: protoUDP, sport: 40000, dport: dnsPort, body: message}
}

// TestOddQuestionsWait: what no honest program says is read by Go before it crosses, for a name could hide in it.
func TestOddQuestionsWait(t *testing.T) {
	b := newBench(t, abri.Protect)
	head := func(questions, answers byte) []byte { return []byte{1, 2, 1, 0, 0, questions, 0, answers, 0, 0, 0, 0} }
	plain := query(t, "www.example.org.", miekg.TypeA, true)
	name := "\x04evil\x03com"
	long := []byte(name)
	for len(long) < 300 {
		long = append([]byte("\x3a0123456789012345678901234567890123456789012345678901234567"), long...)
	}
	for _, c := range []struct {
		what    string
		message []byte
		want    bool
	}{
		{"plain", plain, false},
		{"compressed", append(head(1, 0), name+"\xc0\x04\x00\x01\x00\x01"...), true},
		{"a pointer to itself", append(head(1, 0), "\xc0\x0c\x00\x01\x00\x01"...), true},
		{"two questions", append(head(2, 0), "\x01a\x03com\x00\x00\x01\x00\x01\x04evil\xc0\x0e\x00\x01\x00\x01"...), true},
		{"an answer with it", append(head(1, 1), name+"\x00\x00\x01\x00\x01"...), true},
		{"a label of an old kind", append(head(1, 0), "\x41evil\x03com\x00\x00\x01\x00\x01"...), true},
		{"too long", append(append(head(1, 0), long...), 0, 0, 1, 0, 1), true},
		{"without its type", append(head(1, 0), name+"\x00\x00\x01"...), true},
		{"the root", append(head(1, 0), "\x00\x00\x02\x00\x01"...), false},
		{"a response", append([]byte{1, 2, 0x81, 0, 0, 2, 0, 0, 0, 0, 0, 0}, name+"\x00\x00\x01\x00\x01"...), false},
		{"no question", append(head(0, 0), name+"\x00\x00\x01\x00\x01"...), false},
		{"too short", head(1, 0), false},
	} {
		f := asking(c.message)
		b.loadNames(evil)
		if got := b.run(in, f.bytes()); got != Pass || b.waits != c.want {
			t.Errorf("%s: %v, waits %v", c.what, got, b.waits)
		}
		if copies := b.copies(); len(copies) != 1 || copies[0].Held != c.want || !slices.Equal(copies[0].Data, f.bytes()) {
			t.Errorf("%s: copied as %+v", c.what, copies)
		}
		b.loadNames(NameSet{Seed: testSeed})
	}
	odd := asking(append(head(2, 0), name+"\x00\x00\x01\x00\x01"...))
	b.loadNames(evil)
	b.do(b.Own([]netip.Addr{netip.MustParseAddr("192.168.1.9")}))
	own := odd
	own.dst = "192.168.1.9"
	if b.run(in, own.bytes()); b.waits {
		t.Error("what the box itself is asked waits")
	}
	b.do(b.SetMode(abri.Observe))
	if b.run(in, odd.bytes()); b.waits {
		t.Error("in watch-only it waits")
	}
	b.do(b.SetMode(abri.Protect))
	b.do(b.Beat(Monotonic() - int64(10*time.Second)))
	if b.run(in, odd.bytes()); b.waits {
		t.Error("without an agent it waits")
	}
}

// TestStrictHoldsQuestions: while it is strict every question waits, for Go alone tells what imitates another name; a listed one
// is answered at once as ever.
func TestStrictHoldsQuestions(t *testing.T) {
	b := newBench(t, abri.Protect)
	b.loadNames(evil)
	b.do(b.SetStrict(true))
	for name, want := range map[string]Reason{"www.example.org.": Pass, "evil.com.": DropName} {
		if got := b.run(in, asking(query(t, name, miekg.TypeA, true)).bytes()); got != want || b.waits != (want == Pass) {
			t.Errorf("%s: %v, waits %v", name, got, b.waits)
		}
	}
}

// TestPiecesAreRead: a later fragment from inside is copied, for a question or a hello may be cut in two; the first piece of
// a question waits for it.
func TestPiecesAreRead(t *testing.T) {
	b := newBench(t, abri.Protect)
	b.loadNames(evil)
	whole := asking(query(t, "evil.com.", miekg.TypeA, true))
	first := whole
	first.more = true
	later := frame{src: whole.src, dst: whole.dst, proto: protoUDP, offset: 3, payload: 24}
	if got := b.run(in, first.bytes()); got != Pass || !b.waits {
		t.Errorf("the first piece: %v, waits %v", got, b.waits)
	}
	for _, c := range []struct {
		side int
		want int
	}{{in, 1}, {out, 0}} {
		b.copies()
		if got := b.run(c.side, later.bytes()); got != Pass || b.waits {
			t.Errorf("a later piece: %v, waits %v", got, b.waits)
		}
		if n := len(b.copies()); n != c.want {
			t.Errorf("of a later piece %d copies, want %d", n, c.want)
		}
	}
}

// A first fragment that ends within its own header is copied: who hides what he asks asks many doors.
func TestASliverIsRead(t *testing.T) {
	b := newBench(t, abri.Protect)
	whole := frame{src: "80.1.1.1", dst: "192.168.1.20", proto: protoTCP, sport: 40000, dport: 22, flags: syn, more: true}
	for _, c := range []struct {
		name  string
		bytes int // of the segment
		want  int
	}{{"eight bytes", 8, 1}, {"a header", 20, 1}} {
		b.copies()
		all := whole.bytes()
		all = all[:14+20+c.bytes]
		binary.BigEndian.PutUint16(all[14+2:], uint16(20+c.bytes))
		if got := b.run(out, all); got != Pass {
			t.Errorf("%s: %v", c.name, got)
		}
		if n := len(b.copies()); n != c.want {
			t.Errorf("%s: %d copies, want %d", c.name, n, c.want)
		}
	}
}

// TestAnotherConversationOfQUIC is read although so much was said on its ports before that nothing of it is copied any more.
func TestAnotherConversationOfQUIC(t *testing.T) {
	b := newBench(t, abri.Protect)
	f := frame{src: "192.168.1.20", dst: "80.1.1.1", proto: protoUDP, sport: 40000, dport: 443}
	big := f
	big.payload = 1200
	for range 12 {
		b.run(in, big.bytes())
	}
	b.copies()
	for _, c := range []struct {
		words string
		want  int
	}{{shortWords, 0}, {initialWords, 1}, {initialV2, 1}, {"", 0}, {"\xc3\x00", 0}} {
		b.run(in, saying(f, c.words))
		if n := len(b.copies()); n != c.want {
			t.Errorf("%x: %d copies, want %d", c.words, n, c.want)
		}
	}
}

// TestTheAgentAnswers where the port may not: what it is given is what would have been sent back, to the byte; without an
// agent the port tries.
func TestTheAgentAnswers(t *testing.T) {
	b := newBench(t, abri.Protect)
	b.loadNames(evil)
	question := asking(query(t, "evil.com.", miekg.TypeA, true)).bytes()
	fate, want := b.through(in, question)
	if fate != fateAnswer {
		t.Fatalf("fate %d", fate)
	}
	b.copies()
	b.control.at.Mute = 1
	if fate, _ := b.through(in, question); fate != fateDrop {
		t.Errorf("fate %d with a port that may not answer", fate)
	}
	copies := b.copies()
	if len(copies) != 1 || !copies[0].Answer || copies[0].Side != abri.Inside || !slices.Equal(copies[0].Data, want) {
		t.Errorf("the agent is given %+v, want %x", copies, want)
	}
	b.do(b.Beat(Monotonic() - int64(10*time.Second)))
	if fate, _ := b.through(in, question); fate != fateAnswer {
		t.Errorf("fate %d without an agent", fate)
	}
}

// TestAnOutlineThatIsNotAsItWasLeft is told as names that are not enforced.
func TestAnOutlineThatIsNotAsItWasLeft(t *testing.T) {
	b := newBench(t, abri.Protect)
	b.loadNames(evil)
	outline, free, err := array[uint32](b.Gate, b.maps.NameOutlines, kernelMapNameOutlines, b.control.at.NameGen&1, 1)
	fatal(t, err)
	clear(outline)
	free()
	if n, _ := b.NameEntries(); n != 0 {
		t.Errorf("%d names are said to stand behind an empty outline", n)
	}
}

// TestQuestionsOverTCPWait, without strict: resolvers are often too near for anything else.
func TestQuestionsOverTCPWait(t *testing.T) {
	b := newBench(t, abri.Protect)
	f := frame{src: "192.168.1.20", dst: "9.9.9.9", proto: protoTCP, sport: 40000, dport: dnsPort, flags: ack, body: append([]byte{0, 30}, query(t, "evil.com.", miekg.TypeA, false)...)}
	if b.run(in, f.bytes()); b.waits {
		t.Error("it waits although no name is listed")
	}
	b.loadNames(evil)
	f.sport++
	if b.run(in, f.bytes()); !b.waits {
		t.Error("it does not wait")
	}
	f.sport, f.body = f.sport+1, nil
	if b.run(in, f.bytes()); b.waits {
		t.Error("an acknowledgement waits")
	}
	f.sport, f.dport, f.body = f.sport+1, 443, []byte(helloWords)
	if b.run(in, f.bytes()); b.waits {
		t.Error("a hello waits without strict")
	}
}
