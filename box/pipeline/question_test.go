package pipeline

import (
	"strings"
	"testing"
	"time"

	"abri.example/abri"
	"abri.example/abri/box/order"
	"abri.example/abri/feed"
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
