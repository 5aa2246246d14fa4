package telephone

import (
	"bytes"
	"fmt"
	"net/netip"

	"abri.example/abri/flow"
	"abri.example/abri/telephone/sip"
)

// Saying is one message that the box says in the name of the other end of a conversation, to who sent the packet in hand.
type Saying struct {
	From, To netip.AddrPort
	Data     []byte
}

// Refuse gives what the box says, at a message, to end a call that is barred: 603 to who calls, at his INVITE; CANCEL to
// who is called, as soon as he says that he is trying (RFC 3261, 9.1: not before); and when he answered all the same, ACK
// and BYE. The trunk goes on. A call over TCP can't be ended so, for
// what is said between would put its bytes out of step: see Dialled.
func (h *Heard) Refuse() (says []Saying) {
	c, m := h.Call, h.Message
	if c == nil || !h.Datagram || m.Method != sip.Invite {
		return nil
	}
	if m.Request() {
		if h.Outward == c.Outward && len(m.To.Tag) == 0 {
			c.Barred = append(c.Barred[:0], m.Head[:min(len(m.Head), mostHead)]...)
			says = append(says, h.reply(sip.Decline(m, fmt.Sprintf("abri%08x", c.Caller))))
		}
		return says
	}
	var invite sip.Message
	if c.Barred == nil || h.Outward == c.Outward || !invite.Parse(c.Barred) || invite.CSeq != m.CSeq || !bytes.Equal(invite.CallID, m.CallID) {
		return nil
	}
	switch {
	case m.Status < 200:
		says = append(says, h.reply(sip.Withdraw(&invite)))
	case m.Status < 300:
		c.end(h.At)
		branch := fmt.Sprintf("abri%08x", c.Caller)
		says = append(says, h.reply(sip.Acknowledge(&invite, m, branch+"a")), h.reply(sip.Hangup(&invite, m, branch+"b")))
	}
	return says
}

// mostHead is how much of an INVITE is kept: two answers to it fit a packet.
const mostHead = 4 << 10

// reply is said to who sent the packet in hand, in the name of who it was for.
func (h *Heard) reply(data []byte) Saying { return Saying{From: h.Target, To: h.Source, Data: data} }

// Refused notes that a call of a flow is refused by putting out its number, and gives it when it was not refused before; nil
// too where the call is not known.
func (l *Line) Refused(f *flow.Flow, invite *sip.Message) *Call {
	c := l.calls.find(callKey{idOf(invite.CallID), f.Inside, f.Outside})
	if c == nil || c.Barred != nil {
		return nil
	}
	c.Barred = []byte{}
	return c
}
