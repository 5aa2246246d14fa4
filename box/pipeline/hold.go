package pipeline

import (
	"time"

	"abri.example/abri"
	"abri.example/abri/box/order"
	"abri.example/abri/flow"
	"abri.example/abri/packet"
)

// Hold takes a copied packet that did not cross yet, for the gate holds what may say a name while it is strict, and always what a
// server answers before that is judged; and rules on it: what is cut never crosses. The first parts of a hello over TCP cross at once, since no server answers them; those over QUIC wait
// for the last, for each is acknowledged; the pieces of a question of the DNS likewise. Whoever is not ruled on, the keeper
// sends on by itself.
func (p *Pipeline) Hold(at time.Time, side abri.Side, frame []byte, number uint32) {
	p.now, p.frame, p.held, p.refused = at, frame, number, false
	packet.Decode(packet.Ethernet, frame, &p.headers)
	f := p.crossed(at, side)
	if f == nil || p.cuts.hand == nil {
		return
	}
	awaits := p.names.Awaits(f) || p.names.Pending(&p.headers)
	switch {
	case !p.refused && p.blank(at, f, number):
	case p.refused || !passes(f):
		p.unheard(side, f)
		p.rule(f, append(p.holds[f], number), false, false)
		delete(p.holds, f)
	case awaits && f.Proto == packet.UDP && len(p.holds[f]) < order.MaxHeld-1:
		p.holds[f] = append(p.holds[f], number)
	case awaits && f.Proto == packet.TCP:
		p.rule(f, []uint32{number}, true, false)
	default:
		p.rule(f, append(p.holds[f], number), true, true)
		delete(p.holds, f)
	}
}

// unheard notes what a server said in a cut conversation that is held and will not cross: the gate has counted it all the same.
func (p *Pipeline) unheard(side abri.Side, f *flow.Flow) {
	if c := p.cuts.find(f.Client, f.Server, f.Proto); c != nil && side == abri.Outside {
		c.unheard.Packets++
		c.unheard.Bytes += uint64(p.headers.Length)
	}
}

// let lets the parts go of a hello that never became whole, or of a question for nothing that is stopped.
func (p *Pipeline) let(f *flow.Flow) {
	if numbers := p.holds[f]; numbers != nil {
		p.rule(f, numbers, true, true)
		delete(p.holds, f)
	}
}

// rule says what becomes of packets that are held. An error means that the keeper is gone, and nothing is held any more.
func (p *Pipeline) rule(f *flow.Flow, numbers []uint32, pass, over bool) {
	_ = p.cuts.hand.Rule(order.Ruling{
		Conversation: order.Conversation{Client: f.Client, Server: f.Server, Proto: f.Proto},
		Held:         numbers, Pass: pass, Over: over,
	})
}
