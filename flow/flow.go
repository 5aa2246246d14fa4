// Package flow turns headers into conversations.
//
// A Table holds the conversations under way in bounded memory: Observe gives it packets, Count the counters that the
// kernel kept (live, only some packets are copied to us), Expire takes out what ended. It says who began, which end is
// outside, and in which direction, and judges nothing: the verdict in a Flow is written by policy. Time is an argument;
// there is no clock, no randomness and no goroutine here. Imports: the root and packet.
package flow

import (
	"net/netip"
	"time"

	"abri.example/abri"
	"abri.example/abri/packet"
)

// Counter is what crossed in one direction. Bytes are of IP packets, headers included; Flags are all TCP flags seen.
type Counter struct {
	Packets uint64
	Bytes   uint64
	Flags   packet.TCPFlags
}

// Flow is one conversation. It belongs to its Table and is valid until it was given to an end function; after that the
// Table uses it for another conversation. Only Judged, Judgement, Untold, Watched, Open and Words
// may be written by others, besides Sever.
type Flow struct {
	state // first, with the counters: each packet touches these, and should fetch few lines of memory for it

	First time.Time // the earliest packet
	Last  time.Time // the latest packet; never goes back
	Up    Counter   // client to server
	Down  Counter   // server to client
	Ended bool      // TCP: RST, or FIN both ways; others, and silent ones, when they are given to an end function
	Proto uint8     // IANA protocol number

	Client netip.AddrPort // who began; port 0 for protocols without ports
	Server netip.AddrPort // who was contacted

	Outside   netip.Addr     // the end on the Internet's side, always set
	Inside    netip.Addr     // the end on our side, always set
	Port      uint16         // the server's
	Service   abri.Service   // that customarily listens there
	Direction abri.Direction // by who began
	Guessed   bool           // neither end is at home: the one contacted was taken for ours

	Judged  bool // policy has decided on the Judgement
	Untold  bool // its attempt is not counted yet, for nothing but answers came; carried, not made here
	Watched bool // detectors saw a packet of it; carried, not made here
	Open    bool // a link shows all of it, on whatever port: it speaks SIP; carried, not made here
	Words   any  // what who reads its words remembers of it, so that no packet looks for that; carried, not made here
	*Judgement
}

// Judgement is what was decided of a flow, and on what it rests: it is carried, not made here. It is apart, because most
// flows pass and share one, and a table of them should be small: so it is never written to, but replaced by another.
type Judgement struct {
	Verdict abri.Verdict
	Finding abri.Finding
}

// unjudged is the Judgement of every flow that nobody judged.
var unjudged = new(Judgement)

// state is what the table remembers in a flow for itself.
type state struct {
	key      key
	prev     *Flow         // its neighbours in the queue of its stage; next also chains the free ones
	next     *Flow         // see prev
	seen     time.Duration // of the table's clock
	initial  uint32        // sequence number of the client's SYN, if opened
	opened   bool          // a SYN of the client was seen
	answered bool          // see Answered
	asked    bool          // see Asked
	turned   bool          // the first packet was the server's: an answer
	clientA  bool          // the client is end a of the key
	stage    stage         // the queue it stands in
}

// Sever says that the conversation was ended from without, in the name of both ends: the next SYN opens another.
func (f *Flow) Sever() { f.Ended = true }

// Answered reports whether the server took part. TCP: a SYN+ACK or data came from it, an RST is no answer. ICMP: a
// reply came. Others: any packet came.
func (f *Flow) Answered() bool { return f.answered }

// Opened gives the sequence number of the SYN by which the client opened the conversation; false where none was seen.
func (f *Flow) Opened() (seq uint32, ok bool) { return f.initial, f.opened }

// Asked reports whether the client spoke for itself: a packet of it was seen that is no mere answer. Where it did not,
// all that is known of the conversation is what the other end sent, and anybody can send that in its name.
func (f *Flow) Asked() bool { return f.asked }

// merely reports whether a packet only answers, and may have been drawn by a forged one.
func merely(h *packet.Headers) bool {
	switch h.Proto {
	case packet.TCP:
		return h.Flags.Has(packet.RST)
	case packet.ICMP, packet.ICMPv6:
		return isReply(h) || isError(h)
	}
	return false
}

// speaks is what records tell of Asked, when the client sent more of late. What a forged answer can draw from a machine
// that it reached is no speech: a reset, what a server says to a SYN, what the machine says to a ping. Nothing draws what
// follows a packet that was stopped.
func (f *Flow) speaks(more, stopped bool) bool {
	drawn := f.turned && !stopped
	switch f.Proto {
	case packet.TCP:
		said := f.Up.Flags
		return f.Up.Packets > 0 && (said&(packet.FIN|packet.PSH) != 0 || !drawn && (said.Has(packet.SYN) || !said.Has(packet.RST)))
	case packet.ICMP, packet.ICMPv6:
		return more && !drawn
	}
	return more
}

// answers reports whether a packet from the server is an answer to the client.
func answers(h *packet.Headers) bool {
	switch h.Proto {
	case packet.TCP:
		return h.Flags.Has(packet.SYN|packet.ACK) || h.DataLength > 0 && !h.Flags.Has(packet.RST)
	case packet.ICMP, packet.ICMPv6:
		return isReply(h)
	}
	return true
}

// see takes one packet into the flow; counted tells that Count brings the counters.
func (f *Flow) see(at time.Time, up bool, h *packet.Headers, counted bool) {
	f.span(at)
	c := &f.Down
	if up {
		c = &f.Up
	}
	if !counted {
		c.Packets++
		c.Bytes += uint64(h.Length)
	}
	if h.Proto == packet.TCP {
		c.Flags |= h.Flags
		f.Ended = f.Ended || f.closed()
	}
	if up && h.Proto == packet.TCP && h.Flags.Has(packet.SYN) && !f.opened {
		f.opened, f.initial = true, h.Seq
	}
	if up && !f.asked {
		f.asked = !merely(h)
	}
	if !up && !f.answered {
		f.answered = answers(h)
	}
}

// span widens First and Last to hold at.
func (f *Flow) span(at time.Time) {
	if f.First.IsZero() || at.Before(f.First) {
		f.First = at
	}
	if at.After(f.Last) {
		f.Last = at
	}
}

// closed reports whether TCP's own signs say that the conversation is over.
func (f *Flow) closed() bool {
	return (f.Up.Flags | f.Down.Flags).Has(packet.RST) || (f.Up.Flags & f.Down.Flags).Has(packet.FIN)
}

// reborn reports whether h opens a new conversation between the ends of f, which is over: a SYN that is not the one
// that opened f, come again.
func (f *Flow) reborn(h *packet.Headers) bool {
	return f.Ended && h.Proto == packet.TCP && h.Flags&(packet.SYN|packet.ACK|packet.RST) == packet.SYN &&
		!(f.opened && f.initial == h.Seq)
}

// FindingOf is what every finding about the flow says: who, where, in which conversation and by which protocol; with its
// kind, its time and its reason.
func (f *Flow) FindingOf(k abri.Kind, at time.Time, why abri.Why) abri.Finding {
	return abri.Finding{
		Kind: k, Service: f.Service, Direction: f.Direction, Outside: f.Outside, Inside: f.Inside,
		Port: f.Port, Proto: packet.ProtoName(f.Proto), At: at, Why: why, Ends: [2]netip.AddrPort{f.Client, f.Server},
	}
}
