package pipeline

import (
	"fmt"
	"net/netip"
	"slices"
	"testing"
	"time"

	"abri.example/abri"
	"abri.example/abri/box/order"
	"abri.example/abri/names"
	"abri.example/abri/names/lookalike"
)

const (
	told     = "ameli-renouvellement.fr"
	stopped  = "impots-gouv-remboursement.info"
	mx       = 15
	announce = "HTTP/1.1 200 OK\r\n\r\n"
)

// askAbout puts a question for records of a type.
func askAbout(name string, kind byte) string {
	b := []byte(ask(name))
	b[len(b)-3] = kind
	return string(b)
}

// newReplay is a line that tells imitations of a capture.
func newReplay(t *testing.T) line {
	t.Helper()
	l := newLine(t, false)
	l.SetLookalikes(lookalike.New(lookalike.Brands()))
	return l
}

// lookUp asks for 600 names, all different, from a time on.
func (l line) lookUp(t *testing.T, from time.Duration) time.Duration {
	t.Helper()
	for n := range 600 {
		l.hear(t, from, desk, router, ask(fmt.Sprintf("site%d.fr", n)))
		from += 20 * time.Millisecond
	}
	return from
}

// elapse lets a time go by, second by second.
func (l line) elapse(from, to time.Duration) {
	for ; from <= to; from += time.Second {
		l.Tick(start.Add(from))
	}
}

// A question for an imitation that nobody follows is told after a minute, as of when it was put; and at the end of a capture.
func TestAQuestionIsToldAfterAWhile(t *testing.T) {
	for name, want := range map[string]abri.Outcome{told: abri.Observed, stopped: abri.WouldBlock} {
		l := newReplay(t)
		l.hear(t, 0, desk, router, ask(name))
		l.elapse(0, patience-time.Second)
		if open := l.counter.Open(); len(open) != 0 {
			t.Errorf("%s: told at once: %+v", name, open)
		}
		l.elapse(patience, patience+time.Second)
		a := l.one(t)
		if a.Kind != abri.Lookalike || a.Outcome != want || !a.First.Equal(start) || a.Attempts != 1 {
			t.Errorf("%s: %+v", name, a)
		}
		l = newReplay(t)
		l.hear(t, 0, desk, router, ask(name))
		l.Flush()
		if a := l.one(t); a.Outcome != want {
			t.Errorf("%s: at the end %+v", name, a)
		}
	}
}

// Who clicks asks and goes: one attack, told at once, of the conversation.
func TestWhoClicksIsToldOnce(t *testing.T) {
	l := newReplay(t)
	l.hear(t, 0, desk, router, ask("www."+told))
	l.hear(t, time.Second, desk, web, "GET / HTTP/1.1\r\nHost: "+told+"\r\n\r\n")
	l.hear(t, 2*time.Second, web, desk, announce)
	if a := l.one(t); a.Outside != web.Addr() {
		t.Errorf("got %+v", a)
	}
	l.Flush()
	l.one(t)
}

// Who looks names up in bulk is told of none of them, before or after it is known as such, but for the one that it goes to.
func TestWhoLooksNamesUpIsNoVictim(t *testing.T) {
	l := newReplay(t)
	l.hear(t, 0, desk, router, ask(told))
	after := l.lookUp(t, time.Second)
	l.hear(t, after, desk, router, ask(stopped))
	l.elapse(after, after+2*patience)
	if open := l.counter.Open(); len(open) != 0 {
		t.Fatalf("got %+v", open)
	}
	l.hear(t, after+time.Second, desk, web, "GET / HTTP/1.1\r\nHost: "+stopped+"\r\n\r\n")
	if a := l.one(t); a.Kind != abri.Lookalike || a.Outcome != abri.WouldBlock {
		t.Errorf("got %+v", a)
	}
}

// A filter of mail asks for the MX of whom a letter comes from, and then for his address.
func TestAFilterOfMailIsNoVictim(t *testing.T) {
	l := newReplay(t)
	l.hear(t, 0, desk, router, askAbout(stopped, mx))
	l.hear(t, time.Second, netip.AddrPortFrom(desk.Addr(), 50999), router, ask(stopped))
	l.Flush()
	if open := l.counter.Open(); len(open) != 0 {
		t.Errorf("got %+v", open)
	}
}

// In protect a question for a sure imitation is stopped at once, and told; not that of who looks names up in bulk, or judges a
// letter, whose questions make no habit of the name either.
func TestWhoseQuestionIsStopped(t *testing.T) {
	for _, c := range []struct {
		what  string
		first func(l line)
		stops bool
	}{
		{"a clerk", func(line) {}, true},
		{"who looks names up", func(l line) {
			for n := range 600 {
				l.Copy(start, abri.Inside, order.Passed, say(t, desk, router, ask(fmt.Sprintf("site%d.fr", n))))
			}
		}, false},
		{"a filter of mail", func(l line) {
			l.Copy(start, abri.Inside, order.Passed, say(t, netip.AddrPortFrom(desk.Addr(), 50999), router, askAbout(stopped, mx)))
		}, false},
	} {
		l, h := newCutting(t)
		l.SetLookalikes(lookalike.New(lookalike.Brands()))
		var noted []string
		l.asked = func(s *names.Sighting) { noted = append(noted, string(s.Name)) }
		c.first(l)
		l.Copy(start, abri.Inside, order.Passed, say(t, desk, router, ask(stopped)))
		if slices.Contains(noted, stopped) {
			t.Errorf("%s: noted as asked for", c.what)
		}
		if got := len(h.injected) > 0; got != c.stops || got != (len(l.counter.Open()) == 1) {
			t.Errorf("%s: answered %v, told %+v", c.what, got, l.counter.Open())
		}
	}
}

// What waits is bounded: beyond it the oldest is told.
func TestWhatWaitsIsBounded(t *testing.T) {
	l := newReplay(t)
	for n := range maxWaiting + 3 {
		l.hear(t, 0, netip.AddrPortFrom(desk.Addr(), uint16(1024+n)), router, ask(fmt.Sprintf("a%d.%s", n, told)))
	}
	if n := len(l.imitations.waiting); n != maxWaiting {
		t.Errorf("%d wait", n)
	}
	if a := l.one(t); a.Attempts != 3 {
		t.Errorf("got %+v", a)
	}
}
