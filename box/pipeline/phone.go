package pipeline

import (
	"time"

	"abri.example/abri"
	"abri.example/abri/box/order"
	"abri.example/abri/count"
	"abri.example/abri/packet"
	"abri.example/abri/policy"
	"abri.example/abri/telephone"
)

// Say says, in protect, what ends a call that is barred, to who sent the copy under way, and counts the call as stopped
// at its first word. A message that fits no packet is not said.
func (p *Pipeline) Say(s telephone.Saying, f *abri.Finding) {
	if !p.live || p.cuts.hand == nil || p.policy.Mode() != abri.Protect || len(s.Data) > order.MaxData {
		return
	}
	head := packet.TurnHead(packet.LinkHead(p.frame))
	err := p.cuts.hand.Inject(&order.Inject{From: s.From, To: s.To, Proto: packet.UDP, Head: head, Data: s.Data})
	if err == nil && f != nil {
		p.counter.Add(f.At, count.Sighting{Finding: *f, Outcome: abri.Blocked, Attempts: 1})
	}
}

// narrowFor is how long a conversation is blocked whose far end may not be stopped as a whole.
const narrowFor = order.MaxBlock

// narrow blocks the one conversation of a finding whose far end may not be stopped as a whole. Where it is not known,
// nothing is stopped.
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
}

// isNarrow reports whether a measure is about one conversation only.
func isNarrow(x policy.Measure) bool {
	return x.Action == abri.ActBlock && x.Spared == policy.SparedNarrow
}
