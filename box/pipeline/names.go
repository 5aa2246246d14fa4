package pipeline

import (
	"abri.example/abri"
	"abri.example/abri/count"
	"abri.example/abri/feed"
	"abri.example/abri/flow"
	"abri.example/abri/names"
	"abri.example/abri/packet"
)

// SetDomains looks names up in other lists from now on. Nil is none.
func (p *Pipeline) SetDomains(set *feed.Set) {
	p.domains = set
	if set != nil && p.names == nil {
		p.names = names.New(names.Options{})
	}
}

// named takes a name that a conversation asked for. A listed one is an attack on its way out. The rest of a conversation
// with a listed host is stopped; of the DNS only the question is, because one conversation asks for many names.
func (p *Pipeline) named(s *names.Sighting) {
	if p.told != nil {
		p.told(s)
	}
	if p.domains == nil || len(s.Name) == 0 || !leaves(s) {
		return
	}
	for _, l := range p.domains.FindName(string(s.Name)) {
		if l.Info.Observe {
			continue
		}
		f := asked(s, l)
		if s.Proto == names.DNS {
			p.found(f)
			return
		}
		if p.policy.JudgeName(s.At, s.Flow, f); !passes(s.Flow) {
			p.counter.Add(s.At, count.Sighting{
				Finding: f, Outcome: abri.WouldBlock, Attempts: 1, Packets: 1, Bytes: uint64(p.headers.Length), Answered: s.Flow.Answered(),
			})
		}
		return
	}
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

// asked is the finding about a listed name: who asked, and of whom.
func asked(s *names.Sighting, l feed.NameListing) abri.Finding {
	return abri.Finding{
		Kind:      l.Info.Outward,
		Service:   s.Flow.Service,
		Direction: abri.Out,
		Outside:   s.Server.Addr(),
		Inside:    s.Client.Addr(),
		Port:      s.Server.Port(),
		Proto:     packet.ProtoName(s.Flow.Proto),
		At:        s.At,
		Why: abri.Why{
			Rule: ruleName, List: l.Info.Name, Publisher: l.Info.Publisher, Dated: l.Info.Dated,
			Evidence: []abri.Evidence{{Name: "asked", Value: string(s.Name)}, {Name: "listed", Value: l.Entry}, {Name: "list", Value: l.Info.Name}},
		},
	}
}

// ruleName is the rule of a listed name. An Entry of the vocabulary is of addresses only, so the name is evidence.
const ruleName abri.Rule = "name"

// forget ends what was remembered for a flow's names.
func (p *Pipeline) forget(f *flow.Flow) {
	if p.names != nil {
		p.names.End(f)
	}
}
