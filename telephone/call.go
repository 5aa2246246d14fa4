package telephone

import (
	"hash/maphash"
	"net/netip"
	"time"

	"abri.example/abri"
	"abri.example/abri/telephone/number"
	"abri.example/abri/telephone/sip"
)

// News is what a message changed of a call.
type News uint8

// The news. Begun is a first INVITE, Begun again with a password is none. Turned is a final answer that is no success,
// Ended the end of a call that was answered.
const (
	NoNews News = iota
	Begun
	Ringing
	Answered
	Turned
	Ended
)

// Call is one call, or the attempt at one.
type Call struct {
	Outward bool          // from inside to outside
	Number  number.Number // whom the site speaks with: who is called, or of a call from outside who calls
	Asked   number.Number // who is asked for
	Caller  uint32        // the name of the one who calls at his exchange, as a number
	Inside  netip.Addr    // the telephone or exchange of the site
	Outside netip.Addr    // whom it speaks with: the operator, mostly
	Local   bool          // both ends are of the site
	Began   time.Time
	Answer  time.Time     // zero when it was not answered
	End     time.Time     // zero while it goes on
	Voice   time.Time     // when voice was last heard; zero when none was seen
	Status  int           // of a refusal
	Spent   time.Duration // of the guard's budget so far
	Barred  []byte        // the head of its INVITE, when the box refuses it
	last    time.Time
}

// Duration is how long the two spoke, until now where it goes on: of a call whose voice was seen, until that fell silent.
func (c *Call) Duration(now time.Time) time.Duration {
	switch {
	case c.Answer.IsZero():
		return 0
	case c.End.IsZero() && !c.Voice.IsZero() && now.Sub(c.Voice) > pause:
		return max(0, c.Voice.Sub(c.Answer))
	case c.End.IsZero():
		return max(0, now.Sub(c.Answer))
	}
	return max(0, c.End.Sub(c.Answer))
}

// How long a call is remembered without a word: one that nobody answered, and one that goes on. Ends that refresh their
// session (RFC 4028) are heard every half hour; of others nothing is heard until the end, and it may have been lost. Where
// voice was seen, its end is the call's.
const (
	ringsFor  = 5 * time.Minute
	speaksFor = 4 * time.Hour
	echoesFor = settleAfter // what ended is remembered for as long as its messages may be sent again
)

func (c *Call) stale(now time.Time) bool {
	silent := now.Sub(c.lastSign())
	switch {
	case !c.End.IsZero():
		return silent > echoesFor
	case c.Answer.IsZero():
		return silent > ringsFor
	}
	if !c.Voice.IsZero() {
		return silent > voiceless
	}
	return silent > speaksFor
}

// lastSign is when a message of the call was last heard, or its voice.
func (c *Call) lastSign() time.Time {
	if c.Voice.After(c.last) && c.End.IsZero() {
		return c.Voice
	}
	return c.last
}

func (c *Call) end(at time.Time) {
	if c.End.IsZero() {
		c.End = at
	}
}

// callKey tells calls apart: the Call-ID, and between whom, because an exchange may use it on both its sides.
type callKey struct {
	id              uint64
	inside, outside netip.Addr
}

// seed makes it impossible to prepare names that are taken for one another.
var seed = maphash.MakeSeed()

// follow finds the call of a message and takes it along.
func (l *Line) follow(h *Heard) {
	m := h.Message
	switch m.Method {
	case sip.Invite, sip.Bye, sip.Cancel, sip.Update, sip.Ack:
	default:
		return
	}
	if len(m.CallID) == 0 {
		return
	}
	key := callKey{idOf(m.CallID), h.Flow.Inside, h.Flow.Outside}
	c := l.calls.find(key)
	if c == nil {
		if m.Method != sip.Invite || !m.Request() || len(m.To.Tag) > 0 {
			return // it began before we looked, and is not counted
		}
		c, _ = l.calls.touch(key)
		*c = begin(h)
		h.News = Begun
	} else {
		h.News = c.hear(h)
	}
	c.last = h.At
	h.Call = c
	l.voices.announced(h)
}

// idOf is a Call-ID as one number.
func idOf(callID []byte) uint64 { return maphash.Bytes(seed, callID) }

// begin is the call of an INVITE.
func begin(h *Heard) Call {
	m := h.Message
	asked := m.Target.User
	if len(asked) == 0 {
		asked = m.To.User
	}
	c := Call{
		Outward: h.Outward, Caller: nameOf(m.From.User), Inside: h.Flow.Inside, Outside: h.Flow.Outside,
		Local: h.Flow.Direction == abri.LAN, Began: h.At, Asked: number.Read(asked),
	}
	c.Number = c.Asked
	if !h.Outward {
		c.Number = number.Read(m.From.User)
	}
	return c
}

// hear takes a later message of a call.
func (c *Call) hear(h *Heard) News {
	m := h.Message
	switch {
	case !c.End.IsZero():
		return NoNews
	case m.Request() && m.Method == sip.Bye:
		c.end(h.At)
		return Ended
	case m.Request() || m.Method != sip.Invite || !c.Answer.IsZero():
		return NoNews
	case m.Status < 200:
		if m.Status == 180 || m.Status == 183 {
			return Ringing
		}
		return NoNews
	case m.Status < 300:
		c.Answer = h.At
		return Answered
	case m.Status == 401 || m.Status == 407:
		return NoNews // he is asked for a password
	}
	c.Status = m.Status
	c.end(h.At)
	return Turned
}

// nameOf is a name as one number (FNV-1a), without regard to case. It has no seed, so that a capture and a link count alike: who guesses
// names can't choose such as are taken for one another.
func nameOf(user []byte) uint32 {
	n := uint32(2166136261)
	for _, c := range user {
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		n = (n ^ uint32(c)) * 16777619
	}
	return n
}
