package pipeline

import (
	"encoding/binary"
	"slices"
	"strings"
	"testing"
	"time"

	"abri.example/abri"
	"abri.example/abri/box/order"
	"abri.example/abri/feed"
	"abri.example/abri/names/dns"
	"abri.example/abri/packet"
)

// asking is a link whose lists hold evil.com.
func asking(t *testing.T) line {
	t.Helper()
	l := newLine(t, true)
	list, err := feed.Parse(strings.NewReader("evil.com\n"), feed.Info{Name: "fishers", Outward: abri.PhishingSite})
	if err != nil {
		t.Fatal(err)
	}
	l.SetDomains(feed.Merge([]*feed.List{list}, nil))
	return l
}

// question is the kernel's word of one more question for www.evil.com.
func question(fate order.Fate, began bool) Question {
	return Question{Client: desk, Server: router, Last: start.Add(time.Second), Fate: fate, Packets: 2, Bytes: 120, Began: began, Name: []byte("\x03WWW\x04evil\x03com\x00")}
}

// What the kernel answered is an attack with the name and its list, counted by the kernel alone.
func TestAnsweredQuestionsAreAttacks(t *testing.T) {
	l := asking(t)
	l.Copy(start, abri.Inside, order.Dropped, say(t, desk, router, ask("www.evil.com")))
	l.Question(question(order.Dropped, true))
	l.Question(question(order.Dropped, false))
	a := l.one(t)
	if a.Kind != abri.PhishingSite || !a.Neutralised() || a.Attempts != 1 || a.Packets != 4 || a.Bytes != 240 || a.Inside != desk.Addr() ||
		a.Service != abri.DNS || a.Why.List != "fishers" || !strings.Contains(a.Why.Sentence(abri.English), "www.evil.com") {
		t.Errorf("%+v", a)
	}
}

// In watch-only the question passes, and neither its copy nor the answer that repeats it counts a second time.
func TestQuestionsInWatchOnlyCountOnce(t *testing.T) {
	l := asking(t)
	l.Question(question(order.Would, true))
	l.Copy(start, abri.Inside, order.Asked, say(t, desk, router, ask("www.evil.com")))
	reply := []byte(ask("www.evil.com"))
	reply[2] |= 0x80
	l.Copy(start.Add(time.Millisecond), abri.Outside, order.Passed, say(t, router, desk, string(reply)))
	if a := l.one(t); a.Outcome != abri.WouldBlock || a.Attempts != 1 || a.Packets != 2 {
		t.Errorf("%+v", a)
	}
}

// Where the kernel is ahead of the lists here, what was asked for is told all the same.
func TestAQuestionOfAWithdrawnEntry(t *testing.T) {
	l := asking(t)
	l.SetDomains(nil)
	l.Question(question(order.Dropped, true))
	if a := l.one(t); a.Kind != abri.KnownDestination || !strings.Contains(a.Why.Sentence(abri.French), "www.evil.com") {
		t.Errorf("%+v: %s", a, a.Why.Sentence(abri.French))
	}
	l.Question(Question{Client: desk, Server: router, Last: start, Packets: 1, Began: true, Name: []byte("\x09cut")})
	l.one(t)
}

// odd is a question that the kernel does not read: a second one beside an honest one, its name compressed.
const odd = "\x12\x34\x01\x00\x00\x02\x00\x00\x00\x00\x00\x00\x02le\x03com\x00\x00\x01\x00\x01\x04evil\xc0\x0f\x00\x01\x00\x01"

// refusing is a link whose lists hold evil.com, with a hand.
func refusing(t *testing.T) (line, *hands) {
	t.Helper()
	l, h := asking(t), &hands{}
	l.cuts.hand = h
	return l, h
}

// answeredWith reports whether the last that was said is the answer to a question, to who asked it, in the resolver's name.
func (h *hands) answeredWith(t *testing.T, question string) {
	t.Helper()
	if len(h.injected) == 0 {
		t.Fatal("nothing is said")
	}
	x := h.injected[len(h.injected)-1]
	want, _ := dns.AppendRefusal(nil, []byte(question), nil)
	if x.From != router || x.To != desk || x.Proto != packet.UDP || len(want) == 0 || !slices.Equal(x.Data, want) {
		t.Errorf("said is %+v, want %x", x, want)
	}
}

// An odd question for a listed name never crosses, however often it is asked; it is answered, and what else is asked on its
// ports goes on.
func TestAnOddQuestionDoesNotCross(t *testing.T) {
	l, h := refusing(t)
	for i := range uint32(3) {
		l.Hold(start, abri.Inside, say(t, desk, router, odd), i+1)
		if len(h.ruled) != int(i+1) || h.ruled[i].Pass || !slices.Equal(h.ruled[i].Held, []uint32{i + 1}) {
			t.Fatalf("ruled %+v", h.ruled)
		}
		h.answeredWith(t, odd)
	}
	honest := strings.Replace(odd, "evil", "good", 1)
	l.Hold(start, abri.Inside, say(t, desk, router, honest), 9)
	if last := h.ruled[3]; !last.Pass || !slices.Equal(last.Held, []uint32{9}) || len(h.blocked) != 0 || len(h.injected) != 3 {
		t.Errorf("an honest one is ruled on as %+v; blocked %+v", last, h.blocked)
	}
	if a := l.one(t); a.Outcome != abri.Blocked || a.Kind != abri.PhishingSite || a.Attempts != 3 || a.Answered {
		t.Errorf("%+v", a)
	}
}

// One that crossed already, for the box was late, loses its answer; an honest question on the same ports is let go.
func TestALateQuestionLosesItsAnswer(t *testing.T) {
	l, h := refusing(t)
	l.Copy(start, abri.Inside, order.Passed, say(t, desk, router, odd))
	if len(h.blocked) != 1 || h.blocked[0].Client != desk || h.blocked[0].For > time.Minute {
		t.Fatalf("blocked %+v", h.blocked)
	}
	h.answeredWith(t, odd)
	for n := 2; n < 4; n++ {
		l.Copy(start, abri.Inside, order.Dropped, say(t, desk, router, odd))
		if h.answeredWith(t, odd); len(h.injected) != n {
			t.Errorf("asked again, %d answers", len(h.injected))
		}
	}
	for range 2 {
		h.let = nil
		l.Copy(start, abri.Inside, order.Dropped, say(t, desk, router, ask("le-journal.com")))
		if len(h.let) != 1 {
			t.Fatal("an honest question on the same ports is not let go")
		}
		l.Copy(start, abri.Inside, order.Passed, say(t, desk, router, odd))
	}
}

// In watch-only, and from a device that is trusted, it passes.
func TestAnOddQuestionThatPasses(t *testing.T) {
	l, h := refusing(t)
	l.SetPolicy(rules(t, abri.Observe, listed{}))
	l.Hold(start, abri.Inside, say(t, desk, router, odd), 1)
	if len(h.ruled) != 1 || !h.ruled[0].Pass || len(h.injected)+len(h.blocked) != 0 {
		t.Errorf("%+v", h)
	}
	if a := l.one(t); a.Outcome == abri.Blocked {
		t.Errorf("%+v", a)
	}
}

// A question in two fragments: the first waits for the second, and is sent on, or not, when both were read.
func TestAQuestionInFragments(t *testing.T) {
	for _, c := range []struct {
		name string
		want bool
	}{{"www.evil.com", false}, {"www.good.com", true}} {
		for _, late := range []bool{false, true} {
			l, h := refusing(t)
			frames := fragmented(say(t, desk, router, ask(c.name)), 24)
			if late { // the rest comes first
				l.Copy(start, abri.Inside, order.Passed, frames[1])
				l.Hold(start, abri.Inside, frames[0], 7)
			} else {
				l.Hold(start, abri.Inside, frames[0], 7)
				if len(h.ruled) != 0 {
					t.Fatalf("half a question is ruled on: %+v", h.ruled)
				}
				l.Copy(start, abri.Inside, order.Passed, frames[1])
			}
			if len(h.ruled) != 1 || h.ruled[0].Pass != c.want || !slices.Equal(h.ruled[0].Held, []uint32{7}) {
				t.Errorf("%s, late %v: ruled %+v", c.name, late, h.ruled)
			}
			if c.want != (len(h.injected) == 0) {
				t.Errorf("%s, late %v: said %+v", c.name, late, h.injected)
			}
		}
	}
}

// fragmented is an untagged frame of IPv4 in two, the first with so many bytes of the packet's data.
func fragmented(frame []byte, first int) [2][]byte {
	const head = 14 + 20
	be := binary.BigEndian
	var out [2][]byte
	for i, data := range [][]byte{frame[head : head+first], frame[head+first:]} {
		f := append(slices.Clone(frame[:head]), data...)
		be.PutUint16(f[16:], uint16(20+len(data)))
		be.PutUint16(f[18:], 4711)
		be.PutUint16(f[20:], []uint16{0x2000, uint16(first / 8)}[i])
		out[i] = f
	}
	return out
}
