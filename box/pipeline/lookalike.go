package pipeline

import (
	"strconv"
	"strings"
	"time"

	"abri.example/abri"
	"abri.example/abri/count"
	"abri.example/abri/names"
	"abri.example/abri/names/dns"
	"abri.example/abri/names/lookalike"
)

// maxJudged is how many names' likenesses are remembered. Beyond it the memory begins anew: the most asked for come back
// at once.
const maxJudged = 16_384

// imitations remembers what names look like, because the same ones are asked for all day.
type imitations struct {
	judge  *lookalike.Judge                        // nil looks for none
	habit  func(name string, before time.Time) int // on how many earlier days the site asked for a name; nil knows none
	told   func(name string)                       // is given those whose questions are stopped; nil is told none
	judged map[string]lookalike.Likeness

	askers  lookalike.Askers
	waiting []waiting // the oldest first
	ticked  time.Time // when these were last looked at
}

// SetLookalikes tells imitations by another judge from now on.
func (p *Pipeline) SetLookalikes(judge *lookalike.Judge) {
	p.imitations.judge, p.imitations.judged = judge, nil
}

// of gives what a name looks like at a time.
func (i *imitations) of(name []byte, at time.Time) lookalike.Likeness {
	if l, ok := i.judged[string(name)]; ok {
		return l
	}
	if i.judged == nil || len(i.judged) == maxJudged {
		i.judged = make(map[string]lookalike.Likeness)
	}
	l := i.judge.Judge(string(name))
	if l.Score >= lookalike.Observe && i.habit != nil {
		l = l.Habit(i.habit(string(name), at))
	}
	i.judged[string(name)] = l
	return l
}

// goes reports whether who asks for an imitation may mean to go there. A question of the DNS does not say it by itself: what
// else the device asks for does, so each is to be shown here.
func (p *Pipeline) goes(s *names.Sighting, imitates bool) bool {
	if s.Proto != names.DNS || p.imitations.judge == nil {
		return true
	}
	leads, who := dns.Leads(s.Type), s.Client.Addr()
	if !s.Again {
		p.imitations.askers.Ask(s.At, who, s.Name, imitates, leads)
	}
	return leads && p.imitations.askers.Goes(s.At, who, s.Name)
}

// imitated does what is to be done about an imitation. What stops no question can wait for who asks.
func (p *Pipeline) imitated(s *names.Sighting, f abri.Finding, sure bool) {
	stops := p.live && p.cuts.hand != nil && p.policy.Mode() == abri.Protect
	switch {
	case s.Proto == names.DNS && !(sure && stops):
		p.await(s, f, sure)
		return
	case s.Proto != names.DNS:
		p.visited(s)
	}
	if sure {
		p.stop(s, f)
	} else if !s.Again {
		p.counter.Add(s.At, count.Sighting{Finding: f, Outcome: abri.Observed, Attempts: 1})
	}
}

// imitates is the finding about a name that imitates another: ok from the bar to observe on, sure from that to block on.
func (p *Pipeline) imitates(s *names.Sighting) (f abri.Finding, sure, ok bool) {
	if p.imitations.judge == nil || p.released(s.Name) {
		return abri.Finding{}, false, false
	}
	l := p.imitations.of(s.Name, s.At)
	if l.Score < lookalike.Observe {
		return abri.Finding{}, false, false
	}
	var reasons []string
	for _, r := range l.Reasons {
		reasons = append(reasons, r.Name+" "+r.Value)
	}
	return asked(s, abri.Lookalike, abri.Why{Rule: abri.Rule(abri.Lookalike), Evidence: []abri.Evidence{
		{Name: "asked", Value: string(s.Name)}, {Name: "imitates", Value: l.Brand},
		{Name: "score", Value: strconv.Itoa(l.Score)}, {Name: "because", Value: strings.Join(reasons, "; ")},
	}}), l.Score >= lookalike.Block, true
}
