package pipeline

import (
	"net/netip"
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
	return asked(s, abri.KnownDestination, abri.Why{Rule: abri.RuleName, Evidence: []abri.Evidence{{Name: "asked", Value: string(s.Name)}}})
}

// heard takes a copy of a question that the kernel told of, or will: whoever listens learns the name, and it counts no
// second time, nor when its answer repeats it.
func (p *Pipeline) heard(s *names.Sighting) {
	if p.told != nil {
		p.told(s)
	}
	if p.asked != nil && len(s.Name) > 0 && leaves(s) {
		p.asked(s)
	}
}
