package pipeline

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"abri.example/abri"
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
		i.of([]byte(strconv.Itoa(n) + ".fr"))
	}
	if len(i.judged) > maxJudged {
		t.Errorf("%d are remembered", len(i.judged))
	}
}
