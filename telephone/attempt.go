package telephone

import (
	"hash/maphash"
	"net/netip"
	"time"

	"abri.example/abri"
	"abri.example/abri/telephone/number"
	"abri.example/abri/telephone/sip"
)

// Attempt is what one end asked of another under one Call-ID: to be registered, to call, whether anybody is there. It is
// told when it is settled, half a minute after it began, so that who is asked for a password and comes back with it, as
// every telephone does, is one attempt that succeeded, however many do so at once.
type Attempt struct {
	Began    time.Time
	Method   sip.Method
	Source   netip.AddrPort // who asks
	Exchange netip.AddrPort // who is asked
	Inside   netip.Addr
	Outside  netip.Addr
	Inward   bool // the source is outside
	Local    bool // both ends are of the site
	Proto    uint8
	Judged   bool   // the lists or a person already spoke about its conversation
	User     uint32 // who is registered or called, as a number
	Call     uint32 // the Call-ID, as a number
	Outcome  Outcome
	Tries    int           // how many passwords were refused
	Requests int           // how often it was asked
	Number   number.Number // of a call: who is called
	armed    bool          // a password's proof was given
}

// Outcome is how an attempt ended.
type Outcome uint8

// The outcomes. Ignored: nobody answered, or only that the exchange is busy. Abandoned: a password was asked for, and the
// one who tried did not come back with one. Unknown: there is nobody by this name. Denied: a password was wrong, or what
// was asked is not allowed.
const (
	Ignored Outcome = iota
	Abandoned
	Unknown
	Denied
	Accepted
)

// settleAfter is how long a request without a final answer is repeated (RFC 3261, timers B and F: 64 T1).
const settleAfter = 32 * time.Second

// attempts are those not yet settled, and in which order they began.
type attempts struct {
	open  map[attemptKey]*Attempt
	queue []attemptKey // oldest first
}

type attemptKey struct {
	call             uint64
	source, exchange netip.Addr
}

// follow takes a message into its attempt.
func (a *attempts) follow(h *Heard) {
	m := h.Message
	switch m.Method {
	case sip.Register, sip.Invite, sip.Options, sip.Subscribe, sip.Publish, sip.Text:
	default:
		return
	}
	source, exchange := h.Source, h.Target
	if !m.Request() {
		source, exchange = exchange, source
	}
	key := attemptKey{maphash.Bytes(seed, m.CallID), source.Addr(), exchange.Addr()}
	x := a.open[key]
	if x == nil {
		if !m.Request() || len(m.To.Tag) > 0 || len(a.open) >= mostAttempts {
			return // within a dialogue nothing is attempted
		}
		x = begun(h, uint32(key.call))
		if a.open == nil {
			a.open = map[attemptKey]*Attempt{}
		}
		a.open[key] = x
		a.queue = append(a.queue, key)
	}
	if m.Request() {
		x.Requests++
	}
	x.hear(m)
}

// begun is the attempt of its first request.
func begun(h *Heard, call uint32) *Attempt {
	m := h.Message
	user := m.To.User
	if m.Method == sip.Invite && len(m.Target.User) > 0 {
		user = m.Target.User
	}
	x := &Attempt{
		Began: h.At, Method: m.Method, Source: h.Source, Exchange: h.Target, Inside: h.Flow.Inside, Outside: h.Flow.Outside,
		Inward: !h.Outward, Local: h.Flow.Direction == abri.LAN, Proto: h.Flow.Proto, User: nameOf(user), Call: call,
		Judged: h.Flow.Finding.Kind != "" || h.Flow.Verdict.Why.Rule == abri.RuleTrusted,
	}
	if m.Method == sip.Invite {
		x.Number = number.Read(user)
	}
	return x
}

// Dear reports whether it is a call to a number abroad, or to one that is charged above the price of a call.
func (x *Attempt) Dear() bool { return x.Number.Class.Dear() }

// CameBack reports whether a password's proof was given at last: who looks around, or floods, has none to give.
func (x *Attempt) CameBack() bool { return x.armed }

// hear takes a later message of an attempt. What succeeded once stays so.
func (x *Attempt) hear(m *sip.Message) {
	switch {
	case x.Outcome == Accepted:
	case m.Request():
		x.armed = m.Credentials
	case m.Status < 200:
		if m.Method == sip.Invite && m.Status > 100 {
			x.Outcome = Accepted
		}
	case m.Status < 300:
		x.Outcome = Accepted
	case m.Status == 401 || m.Status == 407:
		if x.armed && !m.Stale {
			x.Tries++
			x.Outcome = Denied
		} else if x.Outcome < Abandoned {
			x.Outcome = Abandoned
		}
	case m.Status == 404 || m.Status == 484 || m.Status == 604 || m.Status == 410:
		x.Outcome = max(x.Outcome, Unknown)
	case m.Status == 403 || m.Status == 488 || m.Status == 603:
		if x.armed {
			x.Tries++
		}
		x.Outcome = Denied
	}
}

// settle gives each attempt that began long enough ago, and forgets it.
func (a *attempts) settle(now time.Time, settled func(*Attempt)) {
	n := 0
	for ; n < len(a.queue); n++ {
		x := a.open[a.queue[n]]
		if age := now.Sub(x.Began); age >= 0 && age < settleAfter {
			break
		}
		delete(a.open, a.queue[n])
		settled(x)
	}
	if n > 0 {
		a.queue = append(a.queue[:0], a.queue[n:]...)
	}
}

// armed reports whether a password was given for what a response answers.
func (a *attempts) armed(h *Heard) bool {
	x := a.open[attemptKey{maphash.Bytes(seed, h.Message.CallID), h.Target.Addr(), h.Source.Addr()}]
	return x != nil && x.armed
}
