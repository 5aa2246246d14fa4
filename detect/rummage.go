package detect

import (
	"time"

	"abri.example/abri"
	"abri.example/abri/flow"
	"abri.example/abri/hypertext"
)

// The bars of rummage. The reasons are in docs/detection.md.
const (
	rummagePairs = 4096
	rummageTalks = 4096
	rummagePages = 30 // different pages that are not there, asked for by one source at one server within
	rummageTime  = 10 * time.Minute
	rummageShare = 0.9 // of all that it was answered
)

// rummage tells of those who look for pages that a server might have: a list of names is asked for, one after the other, and
// nearly none is there. Who follows a link says from which page (RFC 9110, 10.1.3), and is not meant; nor are search engines,
// which come back for what was there once and say who they are.
type rummage struct {
	pairs *memory[pair, rummaged]
	asked *memory[inquiry, uint32] // the page that was asked for; 0 for one that does not count
}

// rummaged is what one source was answered by one server.
type rummaged struct {
	began   time.Time
	answers int
	missing distinct
	told    time.Time
}

func newRummage() *rummage {
	return &rummage{newMemory[pair, rummaged](rummagePairs, time.Hour), newMemory[inquiry, uint32](rummageTalks, time.Minute)}
}

// hear reads the heads of requests and of their answers.
func (r *rummage) hear(at time.Time, f *flow.Flow, m *hypertext.Message, emit func(abri.Finding)) {
	if m.Part != hypertext.Head || f.Direction != abri.In {
		return
	}
	key := inquiry{endsOf(f), m.Number}
	if !m.Answer {
		*r.asked.touch(at, key) = soughtPage(m.Head)
	} else if page := r.asked.find(key); page != nil {
		r.answered(at, f, *page, string(m.Head[9:12]), emit)
	}
}

// answered takes the code of the answer to one page.
func (r *rummage) answered(at time.Time, f *flow.Flow, page uint32, code string, emit func(abri.Finding)) {
	x := r.pairs.touch(at, pairOf(f))
	if x.began.IsZero() || at.Sub(x.began) > rummageTime {
		*x = rummaged{began: at, told: x.told}
	}
	x.answers++
	if (code == "404" || code == "410") && page != 0 {
		x.missing.add(page)
	}
	n := x.missing.count()
	if n < rummagePages || float64(n) < rummageShare*float64(x.answers) || !due(at, &x.told) {
		return
	}
	emit(f.FindingOf(abri.Scan, at, because(abri.Scan, "pages", n, "seconds", seconds(at.Sub(x.began)), "by", "pages")))
}

// soughtPage is the page that a head asks for, as a number, without what stands behind a question mark; 0 where a link led
// there, or somebody asks who says by an address of the web who he is, as crawlers do.
func soughtPage(head []byte) uint32 {
	page := pathOf(head)
	if len(page) == 0 || contains(head, "\nreferer:") || contains(head, "+http") {
		return 0
	}
	return text(page) | 1
}
