package detect

import (
	"bytes"
	"time"

	"abri.example/abri"
	"abri.example/abri/flow"
	"abri.example/abri/packet"
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
	asked *memory[conversation, uint32] // the page that was asked for last, and not answered; 0 for one that does not count
}

// rummaged is what one source was answered by one server.
type rummaged struct {
	began   time.Time
	answers int
	missing distinct
	told    time.Time
}

func newRummage() *rummage {
	return &rummage{newMemory[pair, rummaged](rummagePairs, time.Hour), newMemory[conversation, uint32](rummageTalks, time.Minute)}
}

func (r *rummage) Observe(at time.Time, f *flow.Flow, h *packet.Headers, emit func(abri.Finding)) {
	if f.Proto != packet.TCP || f.Direction != abri.In || settled(f) {
		return
	}
	data := reading(f, h)
	if fromClient(f, h) {
		if asksHTTP(h, data) {
			*r.asked.touch(at, conversation{pairOf(f), f.Client.Port()}) = soughtPage(headOf(data))
		}
		return
	}
	if len(data) > 12 && foldedPrefix(data, "http/1.") {
		r.answered(at, f, data[9:12], emit)
	}
}

func (*rummage) End(time.Time, *flow.Flow, func(abri.Finding)) {}

// answered takes the code of an answer.
func (r *rummage) answered(at time.Time, f *flow.Flow, code []byte, emit func(abri.Finding)) {
	page := r.asked.find(conversation{pairOf(f), f.Client.Port()})
	if page == nil {
		return
	}
	x := r.pairs.touch(at, pairOf(f))
	if x.began.IsZero() || at.Sub(x.began) > rummageTime {
		*x = rummaged{began: at, told: x.told}
	}
	x.answers++
	if gone := bytes.Equal(code, []byte("404")) || bytes.Equal(code, []byte("410")); gone && *page != 0 {
		x.missing.add(*page)
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
