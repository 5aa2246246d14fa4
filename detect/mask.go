package detect

import (
	"bytes"
	"math/bits"
	"time"

	"abri.example/abri"
	"abri.example/abri/flow"
	"abri.example/abri/hypertext"
)

// The bars of masks, for one source at one server within maskTime. The reasons are in docs/detection.md.
const (
	maskPairs    = 2048
	maskAgents   = 8 // browsers that it says it is,
	maskSystems  = 3 // on so many systems,
	maskRequests = 20
	maskPages    = 2 // and all they want is so many pages
	maskTime     = 10 * time.Minute
)

// masks tells of floods of requests by one machine that gives itself the names of many browsers, so that each request
// looks like another visitor: visitors who share an address do not all want one page.
type masks struct {
	pairs *memory[pair, masked]
}

// masked are the requests of one source to one server.
type masked struct {
	tally         tally
	agents, pages distinct
	systems       uint8
	told          time.Time
}

func newMasks() *masks { return &masks{newMemory[pair, masked](maskPairs, maskTime)} }

// hear reads the head of a request.
func (d *masks) hear(at time.Time, f *flow.Flow, m *hypertext.Message, emit func(abri.Finding)) {
	if m.Answer || m.Part != hypertext.Head || f.Direction == abri.Out {
		return
	}
	head := m.Head
	i := indexFold(head, "\nuser-agent: mozilla/")
	if i < 0 || contains(head, "\nvia:") || contains(head, "\nx-forwarded-for:") || contains(head, "\nforwarded:") {
		return
	}
	x := d.pairs.touch(at, pairOf(f))
	n := x.tally.add(at, maskTime)
	if n == 1 {
		*x = masked{tally: x.tally, told: x.told}
	}
	agent := lineOf(head[i+1:])
	x.agents.add(text(agent))
	x.systems |= systemOf(agent)
	page, _, _ := bytes.Cut(lineOf(head), []byte("?"))
	page, _, _ = bytes.Cut(page, []byte(" HTTP/"))
	x.pages.add(text(page))
	if n >= maskRequests && x.agents.count() >= maskAgents && bits.OnesCount8(x.systems) >= maskSystems && x.pages.count() <= maskPages && due(at, &x.told) {
		emit(f.FindingOf(abri.Flood, at, because(abri.Flood, "requests", n, "browsers", x.agents.count(), "pages", x.pages.count(),
			"seconds", seconds(at.Sub(x.tally.began)), "sources", 1)))
	}
}

// systemOf is the system that a browser says it runs on, as one bit.
func systemOf(agent []byte) uint8 {
	for i, word := range [...]string{"android", "iphone", "ipad", "windows", "macintosh", "x11"} {
		if contains(agent, word) {
			return 1 << i
		}
	}
	return 0
}
