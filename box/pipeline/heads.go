package pipeline

import (
	"net/netip"
	"slices"

	"abri.example/abri"
	"abri.example/abri/box/order"
	"abri.example/abri/packet"
)

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
