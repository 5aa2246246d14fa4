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
	narrow   func(abri.Finding, time.Time) // blocks one conversation
	waiting  []waits
}

// waits is a finding whose far end proved nothing yet.
type waits struct {
	finding abri.Finding
	until   time.Time
}

// meet lets the measures know with whom the site speaks.
func (a *acts) meet(f *flow.Flow) {
	if a.measures != nil {
		a.measures.Met(f)
	}
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
	if x.Action == abri.ActBan && x.Spared != policy.SparedStanding {
		a.act(f, x)
	}
	if isNarrow(x) {
		a.narrow(f, f.At)
	}
}

// tick looks again at what waits, and promotes rules whose trial is over.
func (a *acts) tick(p *policy.Policy, now time.Time) {
	if a.measures == nil {
		return
	}
	still := a.waiting[:0]
	for _, w := range a.waiting {
		x := a.measures.Decide(p, now, w.finding)
		if x.Unproven() && now.Before(w.until) {
			still = append(still, w)
		}
		a.take(w.finding, x)
	}
	clear(a.waiting[len(still):])
	a.waiting = still
}
