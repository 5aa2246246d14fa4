package pipeline

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"abri.example/abri"
	"abri.example/abri/box/order"
	"abri.example/abri/feed"
	"abri.example/abri/names"
	"abri.example/abri/names/lookalike"
)

// An imitation is told, and one that is sure is stopped; the memory of what names look like is bounded.
func TestImitations(t *testing.T) {
	for host, want := range map[string]abri.Outcome{"ameli-renouvellement.fr": abri.Observed, "impots-gouv-remboursement.info": abri.WouldBlock} {
		l := newLine(t, false)
		l.imitations.judge = lookalike.New(lookalike.Brands())
		l.hear(t, 0, desk, router, ask("www.impots.gouv.fr"))
		l.hear(t, time.Second, desk, web, "GET / HTTP/1.1\r\nHost: "+host+"\r\n\r\n")
		l.hear(t, 2*time.Second, web, desk, "HTTP/1.1 200 OK\r\n\r\n")
		a := l.one(t)
		if a.Kind != abri.Lookalike || a.Outcome != want || a.Direction != abri.Out || !strings.Contains(a.Why.Sentence(abri.English), host) {
			t.Errorf("%s: %+v", host, a)
		}
		if stopped := len(l.watcher.shown) == 2; stopped != (want == abri.WouldBlock) {
			t.Errorf("%s: the detectors were shown %d packets", host, len(l.watcher.shown))
		}
	}
	i := imitations{judge: lookalike.New(nil)}
	for n := range 3 * maxJudged {
		i.of([]byte(strconv.Itoa(n)+".fr"), start)
	}
	if len(i.judged) > maxJudged {
		t.Errorf("%d are remembered", len(i.judged))
	}
}

// A question for a sure imitation is answered in its resolver's stead, and the kernel is to learn of it. What the site has long
// asked for, or a person released, is no imitation.
func TestAQuestionForAnImitation(t *testing.T) {
	const name = "impots-gouv-remboursement.info"
	for _, c := range []struct {
		what     string
		days     int
		released bool
		stopped  bool
	}{{"new", 0, false, true}, {"asked for yesterday", 1, false, true}, {"long known", 30, false, false}, {"released", 0, true, false}} {
		l, h := newCutting(t)
		var asked, told []string
		l.imitations = imitations{judge: lookalike.New(lookalike.Brands()), habit: func(string, time.Time) int { return c.days }, told: func(n string) { told = append(told, n) }}
		l.asked = func(s *names.Sighting) { asked = append(asked, string(s.Name)) }
		if c.released {
			l.SetDomains(feed.Merge(nil, nil).With([]string{name}))
		}
		for range 2 {
			l.Copy(start, abri.Inside, order.Passed, say(t, desk, router, ask("www."+name)))
		}
		if stopped := len(h.blocked) > 0 && len(h.injected) > 0; stopped != c.stopped || stopped != slices.Contains(told, "www."+name) || stopped == slices.Contains(asked, "www."+name) {
			t.Errorf("%s: blocked %+v, said %d, told %v, noted %v", c.what, h.blocked, len(h.injected), told, asked)
		}
		if c.stopped {
			l.Question(Question{Client: desk, Server: router, Last: start, Fate: order.Dropped, Packets: 3, Bytes: 180, Name: []byte("\x03www\x19impots-gouv-remboursement\x04info\x00")})
			if a := l.one(t); a.Kind != abri.Lookalike || a.Outcome != abri.Blocked {
				t.Errorf("%s: %+v", c.what, a)
			}
		}
	}
}
