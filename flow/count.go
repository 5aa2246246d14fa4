package flow

import (
	"net/netip"
	"time"

	"abri.example/abri"
	"abri.example/abri/packet"
)

// Record is what the kernel counted of a conversation since it made its entry for it. The same Entry with the same
// ends is the same entry (its incarnation), and its counters only grow. Entry is any number of it, such as its instant by
// the kernel's clock: the wall time of one instant is not the same twice. Where it is 0, First tells.
type Record struct {
	Entry          int64
	Client, Server netip.AddrPort
	Proto          uint8
	Side           abri.Side // the port that the client's packets enter by
	First, Last    time.Time
	Up, Down       Counter
	Stopped        bool // nothing of it reached the other end
}

// Count takes a record into its flow, and gives the flow, whether the record began it, and what it adds in each direction
// of the flow to the last record of the same incarnation. A record that adds nothing gives the flow that is there, nil if
// it ended, and makes none: the kernel may remember a conversation longer than the table does.
func (t *Table) Count(r Record) (f *Flow, isNew bool, up, down Counter) {
	k, clientA := keyOf(r.Client.Addr(), r.Client.Port(), r.Server.Addr(), r.Server.Port(), r.Proto)
	up, down, fresh := t.ledger.added(k, clientA, r)
	f, hash := t.flows.find(&k)
	if up.Packets+down.Packets == 0 {
		return f, false, up, down
	}
	now := t.clock.advance(r.Last)
	if f == nil {
		f, isNew = t.add(k, hash, now), true
		f.clientA = clientA
		client, server, side := r.Client, r.Server, r.Side
		if r.fromServer() {
			client, server, side, f.clientA = server, client, opposite(side), !clientA
		}
		f.begin(client, server, r.Proto, side, t.options.Home)
		f.turned = f.clientA != clientA || up.Packets == 0
	}
	if fresh {
		f.span(r.First)
	}
	f.span(r.Last)
	if f.clientA != clientA {
		up, down = down, up
	}
	f.add(up, down, r.Stopped)
	t.touch(f, now)
	return f, isNew, up, down
}

// add takes counted packets into the flow. A record does not tell a server's data from its acknowledgements but by
// PSH, which senders set on the last segment of what they write (RFC 9293, 3.9.1.2).
func (f *Flow) add(up, down Counter, stopped bool) {
	f.Up.add(up)
	f.Down.add(down)
	f.asked = f.asked || f.speaks(up.Packets > 0, stopped)
	switch f.Proto {
	case packet.TCP:
		f.Ended = f.Ended || f.closed()
		f.answered = f.answered || down.Flags&(packet.SYN|packet.PSH) != 0
	case packet.ICMP, packet.ICMPv6: // a record does not say whether the packets were replies; the copies do
	default:
		f.answered = f.answered || down.Packets > 0
	}
}

// fromServer is fromServer for a record whose packets were not copied: what its first packet was is told by the flags
// where only one end spoke.
func (r *Record) fromServer() bool {
	return r.Proto == packet.TCP && r.Down.Packets == 0 && !r.Up.Flags.Has(packet.SYN) &&
		r.Up.Flags&(packet.ACK|packet.RST) != 0 && listens(r.Client.Port(), r.Server.Port())
}

func (c *Counter) add(more Counter) {
	c.Packets += more.Packets
	c.Bytes += more.Bytes
	c.Flags |= more.Flags
}
