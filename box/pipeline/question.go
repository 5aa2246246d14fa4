package pipeline

import (
	"net/netip"
	"slices"
	"strings"
	"time"

	"abri.example/abri"
	"abri.example/abri/box/order"
	"abri.example/abri/count"
	"abri.example/abri/flow"
	"abri.example/abri/names"
	"abri.example/abri/names/dns"
	"abri.example/abri/packet"
)

// Question is a question for a listed name as the kernel counted it, with wall time: Packets and Bytes since it was last
// told. Name is as it stood in the question.
type Question struct {
	Client, Server netip.AddrPort
	Last           time.Time
	Fate           order.Fate
	Packets, Bytes uint64
	Began          bool // it was never told before
	Name           []byte
}

// Question takes the kernel's count of one device's questions for one listed name.
func (p *Pipeline) Question(q Question) {
	p.now = q.Last
	name, ok := dns.Text(q.Name)
	if !ok || q.Packets == 0 {
		return
	}
	s := names.Sighting{
		At: q.Last, Proto: names.DNS, Client: q.Client, Server: q.Server, Name: name,
		Flow: &flow.Flow{Proto: packet.UDP, Service: abri.DNS, Direction: abri.Out},
	}
	x := count.Sighting{Finding: p.whyAsked(&s), Outcome: abri.Blocked, Packets: q.Packets, Bytes: q.Bytes}
	if q.Fate != order.Dropped {
		x.Outcome = abri.WouldBlock
	}
	if q.Began {
		x.Attempts = 1
	}
	p.counter.Add(q.Last, x)
}

// whyAsked is the finding behind a question that the kernel stopped. Where the kernel is ahead of the lists here (an entry
// just withdrawn) what was asked for stands alone.
func (p *Pipeline) whyAsked(s *names.Sighting) abri.Finding {
	if f, ok := p.onList(s); ok {
		return f
	}
	if f, sure, _ := p.imitates(s); sure {
		return f
	}
	return asked(s, abri.KnownDestination, abri.Why{Rule: abri.RuleName, Evidence: []abri.Evidence{{Name: "asked", Value: string(s.Name)}}})
}

// heard takes a copy of a question that the kernel told of, or will: whoever listens learns the name, and it counts no
// second time, nor when its answer repeats it.
func (p *Pipeline) heard(s *names.Sighting) {
	if s.Again {
		return
	}
	if p.told != nil {
		p.told(s)
	}
	if p.asked != nil && len(s.Name) > 0 && leaves(s) {
		p.asked(s)
	}
}

// refuse stops a question over UDP that the kernel let Go read: an odd one, which did not cross yet, or one for a name that
// only looks like another. It does not cross, or else its answer does not; and it is answered in its resolver's stead.
func (p *Pipeline) refuse(s *names.Sighting, f abri.Finding) {
	if p.refused { // for another of the names that it asks for
		return
	}
	judged, judgement := s.Flow.Judged, s.Flow.Judgement
	p.policy.JudgeName(s.At, s.Flow, f)
	verdict := s.Flow.Verdict.Action
	if verdict != abri.ActBlock || p.held != 0 {
		s.Flow.Judged, s.Flow.Judgement = judged, judgement // the conversation goes on: one asks for many names
	}
	switch {
	case verdict != abri.ActBlock:
		if !s.Again {
			p.found(f)
		}
		return
	case p.held != 0:
		p.refused = true
		p.counter.Add(s.At, count.Sighting{Finding: f, Outcome: abri.Blocked, Attempts: 1, Packets: 1, Bytes: uint64(p.headers.Length)})
	default:
		if pieces := p.holds[s.Flow]; pieces != nil {
			p.rule(s.Flow, pieces, false, true)
			delete(p.holds, s.Flow)
		}
		if !p.cut(s, f) {
			p.found(f)
			return
		}
	}
	if f.Kind == abri.Lookalike && p.imitations.told != nil {
		p.imitations.told(string(s.Name))
	}
	p.answerFor(s)
}

// answerFor answers a question in its resolver's stead. An error means that the keeper is gone; who asked will ask again.
func (p *Pipeline) answerFor(s *names.Sighting) {
	answer, ok := dns.AppendRefusal(nil, s.Message, p.page)
	if ok && s.Flow.Proto == packet.UDP {
		_ = p.cuts.hand.Inject(&order.Inject{
			From: s.Server, To: s.Client, Proto: packet.UDP, Head: packet.TurnHead(packet.LinkHead(p.frame)), Data: answer,
		})
	}
}

// SetPage says where questions for stopped names are led that the kernel does not answer: an address of each family at most;
// with none there is no such name.
func (p *Pipeline) SetPage(page []netip.Addr) { p.page = slices.Clone(page) }

// Stops says why a name is stopped that a device asks for at a time, and false where it is not.
func (p *Pipeline) Stops(at time.Time, client netip.AddrPort, name string) (abri.Finding, bool) {
	s := names.Sighting{
		At: at, Proto: names.HTTP, Client: client, Name: []byte(strings.ToLower(strings.TrimSuffix(name, "."))),
		Flow: &flow.Flow{Proto: packet.TCP, Service: abri.Web, Direction: abri.Out},
	}
	if f, ok := p.onList(&s); ok {
		return f, true
	}
	f, sure, _ := p.imitates(&s)
	return f, sure
}
