package pipeline

import (
	"time"

	"abri.example/abri"
	"abri.example/abri/box/order"
	"abri.example/abri/count"
	"abri.example/abri/packet"
)

// severedFor is how long a conversation is blocked in which an attack was found.
const severedFor = order.MaxBlock

// crowdFor is for how long who held too many conversations is given no other; it is said again while he goes on.
const crowdFor = time.Minute

// sever ends the conversation in which an attack was found: the kernel lets nothing of it cross any more, and of TCP both
// ends are reset, at once where the packet that gave the attack away is under way or what they await is known, else when either
// says its next word.
// It comes before a ban, which goes the slow way. Where the conversation is not known, nothing is stopped.
func (p *Pipeline) sever(f abri.Finding) {
	proto := uint8(packet.UDP)
	if f.Proto == packet.ProtoName(packet.TCP) {
		proto = packet.TCP
	}
	c := order.Conversation{Client: f.Ends[0], Server: f.Ends[1], Proto: proto}
	if p.cuts.hand == nil || c.Check() != nil || p.cuts.hand.Block(order.Block{Conversation: c, For: severedFor}) != nil {
		return
	}
	p.cuts.put(c, &cut{finding: f, begun: p.now, at: p.now})
	if f.Crowd.IsValid() {
		_ = p.cuts.hand.Crowd(order.Crowd{Prefix: f.Crowd, For: crowdFor})
	}
	under := p.under
	if under == nil || proto != packet.TCP || under.Proto != packet.TCP || under.Client != c.Client || under.Server != c.Server || p.headers.Flags.Has(packet.RST) {
		if f.Await != [2]uint32{} && p.resets(f) {
			p.counter.Add(p.now, count.Sighting{Finding: f, Outcome: abri.Blocked})
		}
		return
	}
	under.Sever()
	p.cuts.reset(heard{p.frame, &p.headers, p.held == 0}, true, true)
	p.counter.Add(p.now, count.Sighting{Finding: f, Outcome: abri.Blocked})
}
