package pipeline

import (
	"net/netip"
	"time"

	"abri.example/abri"
	"abri.example/abri/box/order"
	"abri.example/abri/count"
	"abri.example/abri/flow"
	"abri.example/abri/names"
	"abri.example/abri/packet"
)

// blockFor is how long a cut conversation stays blocked after its last packet: longer than a server waits between two
// attempts to say its answer, in all but the last of them (RFC 6298: it doubles up to a minute).
const blockFor = 90 * time.Second

// blockQuestion is that of a question over UDP: longer than resolvers wait for one another, and no longer, for the next one on
// the same ports is honest.
const blockQuestion = 10 * time.Second

// cut is one conversation that was ended because of whom it asked for.
type cut struct {
	finding abri.Finding
	begun   time.Time
	at      time.Time    // when it was last heard of
	answer  answer       // nil when both ends were reset
	unheard flow.Counter // what its server said that was held, and never crossed
}

// closed reports whether it was with a resolver that the site has closed: nobody's attack, and in no figure.
func (c *cut) closed() bool { return c.finding.Kind == "" }

// cuts are the conversations that were ended, by their ends in either order. What is said in them after the end is
// answered again, for the first reset may be lost, or come after what it should come before.
type cuts struct {
	hand order.Hand
	page func(abri.Finding) []byte
	by   map[order.Conversation]*cut
}

const (
	maxCuts  = 16_384           // as many as the gate holds
	cutQuiet = 15 * time.Minute // longer than an attempt stands in the kernel's table
)

// cut ends the conversation of a sighting, and reports whether it could: the kernel lets nothing of it cross any more,
// and in protect both ends are told, a browser why. A sighting in the clear is answered with a page.
func (p *Pipeline) cut(s *names.Sighting, f abri.Finding) bool {
	c := &p.cuts
	if !p.live || c.hand == nil || s.Flow.Proto != packet.TCP && s.Flow.Proto != packet.UDP {
		return false
	}
	conversation := order.Conversation{Client: s.Flow.Client, Server: s.Flow.Server, Proto: s.Flow.Proto}
	lasting := blockFor
	if s.Message != nil {
		lasting = blockQuestion
	}
	if c.hand.Block(order.Block{Conversation: conversation, For: lasting}) != nil {
		return false
	}
	x := &cut{finding: f, begun: s.At, at: s.At}
	c.put(conversation, x)
	protects := s.Flow.Verdict.Action == abri.ActBlock
	if protects && s.Flow.Proto == packet.TCP {
		s.Flow.Sever()
		h := heard{p.frame, &p.headers, p.held == 0}
		if s.Proto == names.HTTP && c.page != nil && !x.closed() && !s.HTTP2 {
			x.answer = answer(c.page(f))
			c.say(h, x.answer)
			c.reset(h, true, false)
		} else {
			c.reset(h, true, true)
		}
	}
	outcome := abri.WouldBlock
	if protects {
		outcome = abri.Blocked
	}
	if !x.closed() {
		p.counter.Add(s.At, count.Sighting{Finding: f, Outcome: outcome, Attempts: 1})
	}
	return true
}

// reread reads what a client says over UDP in a cut conversation: it may be another one of QUIC on the same ports, which asks
// for another name, or another question of the DNS. That one is let go; what was dropped of it the client says again (RFC
// 9002, section 6.2).
func (p *Pipeline) reread(at time.Time, side abri.Side) {
	h := &p.headers
	if h.Proto != packet.UDP || side != abri.Inside {
		return
	}
	f, _ := p.passed.Observe(at, side, h)
	if f == nil || passes(f) {
		return
	}
	if h.DstPort == portDNS {
		p.names.End(f) // a question is told each time
	}
	p.honest, p.guilty = false, false
	p.names.Observe(at, f, h, p.again)
	if !p.honest || p.guilty {
		return
	}
	conversation := order.Conversation{Client: f.Client, Server: f.Server, Proto: f.Proto}
	if p.cuts.hand.Unblock(conversation) == nil {
		p.policy.Judge(at, f)
		delete(p.cuts.by, conversation)
	}
}

// revive judges a conversation anew that was cut so long ago that the kernel lets it cross: it is another one on the same
// ports.
func (p *Pipeline) revive(at time.Time, f *flow.Flow) {
	conversation := order.Conversation{Client: f.Client, Server: f.Server, Proto: f.Proto}
	if c := p.cuts.by[conversation]; c != nil && at.Sub(c.at) >= blockFor {
		delete(p.cuts.by, conversation)
		p.names.End(f)
		p.policy.Judge(at, f)
	}
}

// portDNS is where the DNS is asked.
const portDNS = 53

// asksAgain takes a name that was asked for in a cut conversation: one question of the DNS may ask for several.
func (p *Pipeline) asksAgain(s *names.Sighting) {
	_, listed := p.onList(s)
	_, sure, like := p.imitates(s)
	if sure = p.goes(s, like) && sure; !sure && !listed && !p.closes(s) {
		p.honest = true
		return
	}
	if s.Message != nil && !p.guilty {
		p.answerFor(s)
	}
	p.guilty = true
}

// counted takes what the kernel stopped of a cut conversation, or would have. Of one that an earlier life of the reader
// cut, all that is left is that it was cut.
func (p *Pipeline) counted(r Record) {
	f, _, _, _ := p.stopped.Count(r.Record)
	if f == nil || r.Packets == 0 {
		return
	}
	finding := f.FindingOf(abri.KnownDestination, r.Last, abri.Why{Rule: abri.RuleName})
	finding.Direction = abri.Out
	if c := p.cuts.of(r.Record); c != nil {
		if finding, c.at = c.finding, r.Last; c.closed() {
			return
		}
	}
	outcome := abri.Blocked
	if r.Fate == order.Would {
		outcome = abri.WouldBlock
	}
	p.counter.Add(r.Last, count.Sighting{Finding: finding, Outcome: outcome, Packets: r.Packets, Bytes: r.Bytes})
}

// slipped takes what had crossed of a conversation before it was cut. In watch-only all of it crosses, and the attempt
// counts it.
func (p *Pipeline) slipped(c *cut, r Record) {
	if r.Packets == 0 || p.policy.Mode() != abri.Protect || c.closed() {
		return
	}
	p.counter.Add(r.Last, count.Sighting{Finding: c.finding, Outcome: abri.Observed, Packets: r.Packets, Bytes: r.Bytes, Answered: spoke(r.Down.Since(c.unheard), r.Proto)})
}

// spoke reports whether the server said something: of UDP anything, of TCP more than the heads of its packets, which are
// 100 bytes at the most (IPv6 and a whole header of TCP).
func spoke(down flow.Counter, proto uint8) bool {
	return proto != packet.TCP && down.Packets > 0 || down.Bytes > 100*down.Packets
}

// of gives the cut of a conversation, nil where there is none.
func (c *cuts) of(r flow.Record) *cut { return c.find(r.Client, r.Server, r.Proto) }

func (c *cuts) find(a, b netip.AddrPort, proto uint8) *cut {
	if x := c.by[order.Conversation{Client: a, Server: b, Proto: proto}]; x != nil {
		return x
	}
	return c.by[order.Conversation{Client: b, Server: a, Proto: proto}]
}

// put remembers a cut; where there are too many, an old one is forgotten.
func (c *cuts) put(at order.Conversation, x *cut) {
	if len(c.by) >= maxCuts {
		for k := range c.by { // any: the attacks stay counted, only what else is stopped of it loses its reason
			delete(c.by, k)
			break
		}
	}
	c.by[at] = x
}

// forget forgets what was not heard of for so long that the kernel knows it no more either.
func (c *cuts) forget(now time.Time) {
	for k, x := range c.by {
		if now.Sub(x.at) > cutQuiet {
			delete(c.by, k)
		}
	}
}

// again answers a packet of a cut conversation that the kernel dropped, and reports whether it was one.
func (c *cuts) again(at time.Time, frame []byte, h *packet.Headers) bool {
	src, dst := netip.AddrPortFrom(h.Src, h.SrcPort), netip.AddrPortFrom(h.Dst, h.DstPort)
	x := c.find(src, dst, h.Proto)
	if x == nil {
		return false
	}
	x.at = at
	if h.Proto != packet.TCP || h.Flags.Has(packet.RST) {
		return true
	}
	from := heard{frame, h, false}
	asked := src.Addr() == x.finding.Inside
	switch {
	case x.answer == nil:
		c.reset(from, true, true)
	case !asked:
		c.reset(from, false, true) // the server alone: the browser reads the page
	case h.Flags.Has(packet.FIN):
		c.reset(from, false, true) // it has read the page
	case h.DataLength > 0:
		c.say(from, x.answer) // it asks again: the page was lost
	}
	return true
}
