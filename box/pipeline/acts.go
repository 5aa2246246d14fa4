package pipeline

import (
	"time"

	"abri.example/abri"
	"abri.example/abri/flow"
	"abri.example/abri/policy"
)

// How long a finding waits for the proof that the attacker has its address, and how many wait at once. The server's next
// word is the proof, and most servers speak within a second.
const (
	proofPatience = 5 * time.Second
	mostWaiting   = 1024
)

// acts is what becomes of findings beyond being counted.
type acts struct {
	measures *policy.Measures
	act      func(abri.Finding, policy.Measure)
	sever    func(abri.Finding) // ends the conversation in which it was found
	guarded  func(name string) (owner string, ok bool)
	waiting  []waits
}

// waits is a finding whose far end proved nothing yet.
type waits struct {
	finding abri.Finding
	until   time.Time
}

// meet lets the measures know with whom the site speaks. What waited for the proof that this brings is done at once: the
// proof of an attack over TCP is the server's first word, and no second one should reach the attacker.
func (a *acts) meet(p *policy.Policy, at time.Time, f *flow.Flow) {
	if a.measures == nil {
		return
	}
	a.measures.Met(f)
	if len(a.waiting) > 0 && f.Direction == abri.In {
		a.look(p, at, func(w waits) bool { return w.finding.Outside == f.Outside })
	}
}

// daily reports whether what was found is people's daily work, which is told to nobody.
func (a *acts) daily(at time.Time, f abri.Finding) bool {
	return a.measures != nil && a.measures.Daily(at, f)
}

// decide has something done about a finding, at once or when its far end proves that it is there.
func (a *acts) decide(p *policy.Policy, at time.Time, f abri.Finding) {
	if a.measures == nil {
		return
	}
	x := a.measures.Decide(p, at, f)
	if x.Unproven() && len(a.waiting) < mostWaiting {
		a.waiting = append(a.waiting, waits{f, at.Add(proofPatience)})
	}
	a.take(f, x)
}

func (a *acts) take(f abri.Finding, x policy.Measure) {
	banned := x.Action == abri.ActBan && x.Spared != policy.SparedStanding
	if banned || x.Action == abri.ActBlock {
		a.sever(f)
	}
	if banned {
		a.act(f, x)
	}
}

// tick looks again at all that waits.
func (a *acts) tick(p *policy.Policy, now time.Time) {
	if a.measures != nil {
		a.look(p, now, func(waits) bool { return true })
	}
}

// look decides anew about what waits and is due.
func (a *acts) look(p *policy.Policy, now time.Time, due func(waits) bool) {
	all := a.waiting
	a.waiting = a.waiting[:0]
	for _, w := range all {
		if !due(w) {
			a.waiting = append(a.waiting, w)
			continue
		}
		x := a.measures.Decide(p, now, w.finding)
		if x.Unproven() && now.Before(w.until) {
			a.waiting = append(a.waiting, w)
		}
		a.take(w.finding, x)
	}
	clear(all[len(a.waiting):])
}
