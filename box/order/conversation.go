package order

import (
	"fmt"
	"net/netip"
	"time"
)

// Conversation names the two ends of one conversation and its protocol (IANA number).
type Conversation struct {
	Client, Server netip.AddrPort
	Proto          uint8
}

// The protocols whose conversations can be blocked and answered.
const (
	TCP = 6
	UDP = 17
)

// Block ends one conversation: nothing of it crosses any more, either way, until For after its last packet. In watch-only
// that is counted and nothing is stopped.
type Block struct {
	Conversation
	For time.Duration
}

// MaxBlock is the longest For.
const MaxBlock = 10 * time.Minute

// Crowd gives a source (an address of IPv4, a /64 of IPv6) or its network (/24, /48) no other connection for a while. Those that
// it has go on.
type Crowd struct {
	Prefix netip.Prefix
	For    time.Duration
}

// MaxCrowd is the longest For.
const MaxCrowd = 10 * time.Minute

// Ruling says what becomes of packets of a conversation that the gate held, strictly, until their name was read. Held are
// their numbers. They cross, if Pass, in this order, and else never do. Over ends the holding: what comes next crosses at
// once, unless it begins to say another name.
type Ruling struct {
	Conversation
	Held []uint32
	Pass bool
	Over bool
}

// MaxHeld is the most packets in one Ruling.
const MaxHeld = 64

// Inject is one packet that the box says in the name of an end of a conversation: a reset, an answer, the end of a call.
// The keeper composes it, from what stands here and nothing else, and sends it in protect only, only into a conversation
// of TCP or UDP that stands in the gate's table, out of the port behind which To is, and some thousands a second at the
// most. Nobody trusted, and not the box itself, is spoken to, or for. The bridge's table of cards is not touched.
//
// To use it: take a packet of the conversation as the pipeline was given it; packet.LinkHead of the frame is Head for
// whoever the packet was for, and packet.TurnHead of that for who sent it. Seq and Ack are what the receiver of the
// injected packet awaits: for whom the packet was for, its Seq (plus its data); for who sent it, its Ack. For UDP they are
// 0. More than MaxData bytes take several packets, whose Seq the caller counts on.
type Inject struct {
	From, To netip.AddrPort
	Proto    uint8
	Flags    uint8  // of TCP
	Seq, Ack uint32 // of TCP
	Head     []byte // Ethernet as To is to see it, with VLAN tags and PPPoE where there are any
	Data     []byte
}

// MaxData is the most bytes of data in one injected packet: what crosses every access line that has PPPoE, IPv6 and tags.
const MaxData = 1400

// The shortest and the longest head: Ethernet, and that with two VLAN tags and PPPoE.
const (
	minHead = 14
	maxHead = 14 + 2*4 + 8
)

// Check refuses what is no conversation that could cross a box.
func (c Conversation) Check() error {
	if c.Proto != TCP && c.Proto != UDP {
		return refuse(fmt.Sprintf("a conversation of protocol %d", c.Proto), "6 (TCP) or 17 (UDP)")
	}
	a, b := c.Client.Addr(), c.Server.Addr()
	if !a.IsValid() || !b.IsValid() || a.Is4In6() || b.Is4In6() || a.Is4() != b.Is4() || a.Zone() != "" || b.Zone() != "" {
		return refuse(fmt.Sprintf("a conversation between %s and %s", c.Client, c.Server), "two addresses of one family")
	}
	for _, e := range []netip.AddrPort{c.Client, c.Server} {
		if v, is := Vital(Host(e.Addr())); is || e.Port() == 0 {
			return refuse(fmt.Sprintf("a conversation with %s", e), fmt.Sprintf("a port, and an address of one machine, not of %q", v))
		}
	}
	return nil
}

// Check refuses what can't be blocked.
func (b Block) Check() error {
	if b.For <= 0 || b.For > MaxBlock {
		return refuse(fmt.Sprintf("a conversation blocked for %s", b.For), fmt.Sprintf("more than zero, at most %s", MaxBlock))
	}
	return b.Conversation.Check()
}

// Check refuses what is neither a source of the Internet nor its network.
func (c Crowd) Check() error {
	if c.For <= 0 || c.For > MaxCrowd {
		return refuse(fmt.Sprintf("no other connection for %s", c.For), fmt.Sprintf("more than zero, at most %s", MaxCrowd))
	}
	a, bits := c.Prefix.Addr(), c.Prefix.Bits()
	if !c.Prefix.IsValid() || c.Prefix != c.Prefix.Masked() || a.Is4In6() || a.Zone() != "" || a.Is4() && bits != 32 && bits != 24 || a.Is6() && bits != 64 && bits != 48 {
		return refuse(fmt.Sprintf("no other connection to %s", c.Prefix), "an IPv4 address or /24, an IPv6 /64 or /48")
	}
	if v, is := Vital(c.Prefix); is {
		return refuse(fmt.Sprintf("no other connection to %s", c.Prefix), fmt.Sprintf("a source that is not of %q", v))
	}
	return nil
}

// Check refuses what rules on nothing that could be held.
func (r Ruling) Check() error {
	if len(r.Held) > MaxHeld {
		return refuse(fmt.Sprintf("a ruling on %d packets", len(r.Held)), fmt.Sprintf("at most %d", MaxHeld))
	}
	return r.Conversation.Check()
}

// Conversation is that into which i speaks.
func (i *Inject) Conversation() Conversation { return Conversation{i.From, i.To, i.Proto} }

// Check refuses what is no packet of a conversation.
func (i *Inject) Check() error {
	switch {
	case len(i.Data) > MaxData:
		return refuse(fmt.Sprintf("%d bytes to inject", len(i.Data)), fmt.Sprintf("at most %d", MaxData))
	case len(i.Head) < minHead || len(i.Head) > maxHead:
		return refuse(fmt.Sprintf("a head of %d bytes", len(i.Head)), "that of an Ethernet frame")
	case i.Head[0]&1 != 0 || i.Head[6]&1 != 0:
		return refuse("a head that speaks to all", "the cards of two machines")
	case i.Proto == UDP && (i.Flags != 0 || i.Seq != 0 || i.Ack != 0):
		return refuse("numbers of TCP for UDP", "zeros")
	}
	return i.Conversation().Check()
}
