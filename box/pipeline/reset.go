package pipeline

import (
	"net/netip"

	"abri.example/abri/box/order"
	"abri.example/abri/packet"
)

// heard is a packet of TCP that is answered in the name of who it was for, and whether it reached them.
type heard struct {
	frame   []byte
	h       *packet.Headers
	arrived bool
}

func (x heard) src() netip.AddrPort { return netip.AddrPortFrom(x.h.Src, x.h.SrcPort) }
func (x heard) dst() netip.AddrPort { return netip.AddrPortFrom(x.h.Dst, x.h.DstPort) }

// next is the number that the sender goes on with.
func (x heard) next() uint32 {
	n := x.h.Seq + uint32(x.h.DataLength)
	for _, f := range []packet.TCPFlags{packet.SYN, packet.FIN} {
		if x.h.Flags.Has(f) {
			n++
		}
	}
	return n
}

// awaited is the number that the receiver waits for.
func (x heard) awaited() uint32 {
	if x.arrived {
		return x.next()
	}
	return x.h.Seq
}

// reset ends a conversation at the receiver of a packet, at its sender, or at both, with the number that each awaits: a
// reset with any other is not believed (RFC 5961, section 3.2). An error means that the keeper is gone, and with it the
// way to say anything; the kernel stops the conversation all the same.
func (c *cuts) reset(x heard, receiver, sender bool) {
	head := packet.LinkHead(x.frame)
	reset := uint8(packet.RST | packet.ACK)
	if receiver {
		_ = c.hand.Inject(&order.Inject{From: x.src(), To: x.dst(), Proto: packet.TCP, Flags: reset, Seq: x.awaited(), Ack: x.h.Ack, Head: head})
	}
	if sender {
		_ = c.hand.Inject(&order.Inject{From: x.dst(), To: x.src(), Proto: packet.TCP, Flags: reset, Seq: x.h.Ack, Ack: x.next(), Head: packet.TurnHead(head)})
	}
}

// answer is what is said instead of a server's answer.
type answer []byte

// say answers the sender of a packet, and closes.
func (c *cuts) say(x heard, a answer) {
	head := packet.TurnHead(packet.LinkHead(x.frame))
	for seq := x.h.Ack; len(a) > 0; {
		part := a[:min(len(a), order.MaxData)]
		a = a[len(part):]
		flags := uint8(packet.PSH | packet.ACK)
		if len(a) == 0 {
			flags |= uint8(packet.FIN)
		}
		_ = c.hand.Inject(&order.Inject{From: x.dst(), To: x.src(), Proto: packet.TCP, Flags: flags, Seq: seq, Ack: x.next(), Head: head, Data: part})
		seq += uint32(len(part))
	}
}
