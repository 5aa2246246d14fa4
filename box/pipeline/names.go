package pipeline

import (
	"abri.example/abri"
	"abri.example/abri/count"
	"abri.example/abri/feed"
	"abri.example/abri/names"
	"abri.example/abri/packet"
)

// SetDomains looks names up in other lists from now on. Nil is none.
func (p *Pipeline) SetDomains(set *feed.Set) { p.domains = set }

// named takes a name that a conversation asked for. A listed one, or one that imitates a name people trust, is an attack
// on its way out.
func (p *Pipeline) named(s *names.Sighting) {
	if p.told != nil && (!s.Again || s.Hello != nil) {
		p.told(s)
	}
	if len(s.Name) == 0 || s.Beyond || !leaves(s) || s.Again && !p.live {
		return
	}
	if p.closes(s) {
		p.shut(s)
		return
	}
	f, listed := p.onList(s)
	if listed {
		p.note(s)
		p.stop(s, f)
		return
	}
	f, sure, like := p.imitates(s)
	if goes := p.goes(s, like); like && !goes { // nor does it become a habit of the site
		return
	}
	if !sure || p.policy.Mode() != abri.Protect { // what is stopped each time becomes no habit
		p.note(s)
	}
	if like {
		p.imitated(s, f, sure)
	}
}

// SetClosed says which names are of resolvers that the site has closed from now on; nil closes none. Their conversations end, and
// are nobody's attack.
func (p *Pipeline) SetClosed(is func(name string) bool) { p.isClosed = is }

// closes reports whether a conversation over TLS, QUIC or HTTP is with a resolver that the site has closed.
func (p *Pipeline) closes(s *names.Sighting) bool {
	return p.isClosed != nil && s.Proto != names.DNS && !s.Tunnelled && p.isClosed(string(s.Name)) && !p.released(s.Name)
}

// shut ends the conversation with a resolver that the site has closed.
func (p *Pipeline) shut(s *names.Sighting) {
	judged, judgement := s.Flow.Judged, s.Flow.Judgement
	p.policy.JudgeName(s.At, s.Flow, abri.Finding{})
	if s.Flow.Verdict.Action != abri.ActBlock || !p.cut(s, abri.Finding{}) {
		s.Flow.Judged, s.Flow.Judgement = judged, judgement
	}
}

// note gives a name to who remembers what is asked for.
func (p *Pipeline) note(s *names.Sighting) {
	if p.asked != nil && !s.Again {
		p.asked(s)
	}
}

// released reports whether a person lets a name pass.
func (p *Pipeline) released(name []byte) bool {
	if p.domains == nil {
		return false
	}
	rule, ok := p.domains.FindNameRule(string(name))
	return ok && rule.Pass
}

// stop stops the rest of a conversation with the host of a name; of the DNS only the question, because one conversation
// asks for many names. On a link a question over TCP ends its conversation: there is no other way to stop its answer.
func (p *Pipeline) stop(s *names.Sighting, f abri.Finding) {
	if s.Message != nil && p.live && p.cuts.hand != nil {
		p.refuse(s, f)
		return
	}
	if s.Tunnelled || s.Proto == names.DNS && !(p.cuts.hand != nil && s.Flow.Proto == packet.TCP) {
		p.found(f)
		return
	}
	p.policy.JudgeName(s.At, s.Flow, f)
	if passes(s.Flow) {
		return
	}
	if p.cut(s, f) {
		return
	}
	x := count.Sighting{Finding: f, Outcome: p.outcome(s.Flow.Verdict.Action), Attempts: 1, Answered: s.Flow.Answered()}
	if !p.live { // there the kernel counts
		x.Packets, x.Bytes = 1, uint64(p.headers.Length)
	}
	p.counter.Add(s.At, x)
}

// onList is the finding about a name that a list holds, which is not there to be observed only.
func (p *Pipeline) onList(s *names.Sighting) (abri.Finding, bool) {
	if p.domains == nil {
		return abri.Finding{}, false
	}
	if p.released(s.Name) {
		return abri.Finding{}, false
	}
	for _, l := range p.domains.FindName(string(s.Name)) {
		if !l.Info.Observe {
			return asked(s, l.Info.Outward, abri.Why{
				Rule: abri.RuleName, List: l.Info.Name, Publisher: l.Info.Publisher, Dated: l.Info.Dated,
				Evidence: append([]abri.Evidence{
					{Name: "asked", Value: string(s.Name)}, {Name: "listed", Value: l.Entry}, {Name: "list", Value: l.Info.Name},
				}, p.prints(s)...),
			}), true
		}
	}
	return abri.Finding{}, false
}

// leaves reports whether somebody inside asks for a place outside. The DNS of a site often stands inside, on the router;
// what it is asked for does not.
func leaves(s *names.Sighting) bool {
	switch s.Flow.Direction {
	case abri.LAN:
		return s.Proto == names.DNS
	case abri.Out:
		return s.Client.Addr() != s.Flow.Outside
	}
	return s.Client.Addr() == s.Flow.Inside
}

// prints are the fingerprints of the client that lists hold. They are evidence beside a listed name and never a reason by
// themselves: many honest programs share one.
func (p *Pipeline) prints(s *names.Sighting) (all []abri.Evidence) {
	l := s.Line()
	for _, print := range []abri.Evidence{{Name: "ja3", Value: l.JA3}, {Name: "ja4", Value: l.JA4}} {
		for _, list := range p.domains.FindFingerprint(print.Value) {
			all = append(all, print, abri.Evidence{Name: "list", Value: list.Name})
		}
	}
	return all
}

// asked is the finding about a name: who asked, and of whom.
func asked(s *names.Sighting, k abri.Kind, why abri.Why) abri.Finding {
	return abri.Finding{
		Kind: k, Service: s.Flow.Service, Direction: abri.Out, Outside: s.Server.Addr(), Inside: s.Client.Addr(),
		Port: s.Server.Port(), Proto: packet.ProtoName(s.Flow.Proto), At: s.At, Why: why,
	}
}
