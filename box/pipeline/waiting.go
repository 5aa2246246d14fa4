package pipeline

import (
	"slices"
	"time"

	"abri.example/abri"
	"abri.example/abri/count"
	"abri.example/abri/names"
	"abri.example/abri/names/lookalike"
)

// waiting is a question for an imitation that crossed, and is not told yet: who asks may only look names up.
type waiting struct {
	finding abri.Finding
	name    []byte
	sure    bool
}

// A question waits so long for what else its asker asks for, and so many do at most: beyond it the oldest is told at once.
const (
	patience   = time.Minute
	maxWaiting = 4096
)

// await has a question for an imitation wait.
func (p *Pipeline) await(s *names.Sighting, f abri.Finding, sure bool) {
	i := &p.imitations
	if s.Again {
		return
	}
	if len(i.waiting) == maxWaiting {
		p.tellWaiting(1)
	}
	i.waiting = append(i.waiting, waiting{f, slices.Clone(s.Name), sure})
}

// visited ends the waiting of questions whose asker now goes to an imitation: that conversation is told of, and once is enough.
func (p *Pipeline) visited(s *names.Sighting) {
	i := &p.imitations
	i.waiting = slices.DeleteFunc(i.waiting, func(w waiting) bool {
		return w.finding.Inside == s.Client.Addr() && lookalike.SameSite(w.name, s.Name)
	})
}

// waited tells of the questions that waited long enough by two ticks in a row: in captures a packet may stand that is minutes
// younger than those around it.
func (p *Pipeline) waited(now time.Time) {
	i := &p.imitations
	before := i.ticked
	i.ticked = now
	if now.After(before) {
		now = before
	}
	young := slices.IndexFunc(i.waiting, func(w waiting) bool { return now.Sub(w.finding.At) < patience })
	if young < 0 {
		young = len(i.waiting)
	}
	p.tellWaiting(young)
}

// tellWaiting tells of so many questions that wait, the oldest.
func (p *Pipeline) tellWaiting(n int) {
	i := &p.imitations
	for _, w := range i.waiting[:n] {
		p.tellAsked(w)
	}
	i.waiting = slices.Delete(i.waiting, 0, n)
}

// tellAsked tells of a question, unless its asker turned out to look names up only.
func (p *Pipeline) tellAsked(w waiting) {
	f := w.finding
	if !p.imitations.askers.Goes(f.At, f.Inside, w.name) {
		return
	}
	if w.sure {
		p.found(f)
		return
	}
	p.counter.Add(f.At, count.Sighting{Finding: f, Outcome: abri.Observed, Attempts: 1})
}
