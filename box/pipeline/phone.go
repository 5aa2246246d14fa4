package pipeline

import (
	"abri.example/abri"
	"abri.example/abri/box/order"
	"abri.example/abri/count"
	"abri.example/abri/packet"
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
