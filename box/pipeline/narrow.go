package pipeline

import (
	"net/netip"
	"slices"
	"time"

	"abri.example/abri"
	"abri.example/abri/box/order"
	"abri.example/abri/count"
	"abri.example/abri/packet"
	"abri.example/abri/policy"
)

// narrowFor is how long a conversation is blocked whose far end may not be stopped as a whole.
const narrowFor = order.MaxBlock

// crowdFor is for how long who held too many conversations is given no other; it is said again while he goes on.
const crowdFor = time.Minute

// isNarrow reports whether a measure is about one conversation only.
func isNarrow(x policy.Measure) bool {
	return x.Action == abri.ActBlock && x.Spared == policy.SparedNarrow
}

// narrow blocks the one conversation of a finding whose far end may not be stopped as a whole, and resets both ends where it
// is known what they await. Where the conversation is not known, nothing is stopped.
func (p *Pipeline) narrow(f abri.Finding, at time.Time) {
	proto := uint8(packet.UDP)
	if f.Proto == packet.ProtoName(packet.TCP) {
		proto = packet.TCP
	}
	c := order.Conversation{Client: f.Ends[0], Server: f.Ends[1], Proto: proto}
	if p.cuts.hand == nil || c.Check() != nil || p.cuts.hand.Block(order.Block{Conversation: c, For: narrowFor}) != nil {
		return
	}
	p.cuts.put(c, &cut{finding: f, at: at})
	if f.Await != [2]uint32{} && p.resets(f) {
		p.counter.Add(at, count.Sighting{Finding: f, Outcome: abri.Blocked})
	}
	if f.Crowd.IsValid() {
		_ = p.cuts.hand.Crowd(order.Crowd{Prefix: f.Crowd, For: crowdFor})
	}
}

// resets tells both ends of a conversation that came from outside that it is over, and reports whether it could. A server
// that was kept waiting is so free at once. An error means that the keeper is gone.
func (p *Pipeline) resets(f abri.Finding) bool {
	head := p.heads[f.Ends[1].Addr()]
	if head == nil {
		return false
	}
	const reset = uint8(packet.RST | packet.ACK)
	server := p.cuts.hand.Inject(&order.Inject{From: f.Ends[0], To: f.Ends[1], Proto: packet.TCP, Flags: reset, Seq: f.Await[1], Ack: f.Await[0], Head: head})
	client := p.cuts.hand.Inject(&order.Inject{From: f.Ends[1], To: f.Ends[0], Proto: packet.TCP, Flags: reset, Seq: f.Await[0], Ack: f.Await[1], Head: packet.TurnHead(head)})
	return server == nil && client == nil
}

// mostHeads bounds the servers of the site to whom a word from outside can be said without a packet to answer.
const mostHeads = 256

// learnHead remembers by which head a server of the site is spoken to from outside: all that calls it comes from the router.
func (p *Pipeline) learnHead(side abri.Side) {
	h := &p.headers
	if side != abri.Outside || h.Proto != packet.TCP || h.Flags&(packet.SYN|packet.ACK) != packet.SYN {
		return
	}
	switch abri.ServiceOfPort(h.DstPort) {
	case abri.Web, abri.Mail:
	default:
		return
	}
	head := packet.LinkHead(p.frame)
	if head == nil || slices.Equal(p.heads[h.Dst], head) {
		return
	}
	if len(p.heads) >= mostHeads {
		p.heads = map[netip.Addr][]byte{}
	}
	p.heads[h.Dst] = slices.Clone(head)
}
