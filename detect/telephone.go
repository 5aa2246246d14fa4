package detect

import (
	"net/netip"
	"time"

	"abri.example/abri"
	"abri.example/abri/flow"
	"abri.example/abri/packet"
	"abri.example/abri/telephone"
)

// TelephoneOptions say how a Telephone works. The zero value is a sound one: it tells, and refuses nothing.
type TelephoneOptions struct {
	telephone.Options
	TelephoneChoices
	// Say, when not nil, is given what is to be said to who sent the packet in hand, to end a call; with its first word the
	// finding that the call is refused for, else nil. What it is given holds until it returns.
	Say func(telephone.Saying, *abri.Finding)
	// Called, when not nil, is given each call that is over, refused or lost.
	Called func(*telephone.Call)
	// Tried, when not nil, is given each stranger's try to call through the site's exchange.
	Tried func(*telephone.Attempt)
}

// TelephoneChoices are what people choose, at any time.
type TelephoneChoices struct {
	Operators []netip.Prefix       // the operator's servers; what was learnt is besides
	Abroad    time.Duration        // the guard's budget of a night for calls abroad; 0 is no bound
	Premium   time.Duration        // likewise for what is charged above the price of a call
	Hours     func(time.Time) bool // when people work; nil: it is learnt
	Refuse    bool                 // single calls beyond the budget, or once a fraud was seen
}

// Telephone reads the telephone line for four detectors: of those who look for exchanges and extensions, who guess
// passwords, who drown an exchange in requests, and who telephone at the site's expense. One Line is read once for all of them.
type Telephone struct {
	Line  *telephone.Line
	scan  *sipScan
	guess *sipGuess
	flood *sipFlood
	fraud *tollFraud

	options TelephoneOptions
	emit    func(abri.Finding)
	settled func(*telephone.Attempt)
	ended   func(*telephone.Call)
	heard   func(*telephone.Heard)
	ticked  time.Time
	at      time.Time
}

// NewTelephone gives one that has learnt nothing.
func NewTelephone(o TelephoneOptions) *Telephone {
	t := &Telephone{Line: telephone.New(o.Options), options: o}
	t.scan, t.guess, t.flood, t.fraud = newSIPScan(t.Line), newSIPGuess(t.Line), newSIPFlood(t.Line), newTollFraud(t.Line, o)
	t.heard, t.settled, t.ended = t.hear, t.settle, t.end
	t.Choose(o.TelephoneChoices)
	return t
}

// Choose works by other choices from now on.
func (t *Telephone) Choose(c TelephoneChoices) {
	t.Line.Operators.Tell(c.Operators)
	t.Line.Habits.Hours = c.Hours
	t.fraud.guard.Abroad, t.fraud.guard.Premium, t.fraud.refuses = c.Abroad, c.Premium, c.Refuse
}

// Spent is how much of the night's budgets is used.
func (t *Telephone) Spent(now time.Time) (abroad, premium time.Duration) {
	return t.fraud.guard.Spent(now, &t.Line.Habits)
}

// Observe sees one packet.
func (t *Telephone) Observe(at time.Time, f *flow.Flow, h *packet.Headers, emit func(abri.Finding)) {
	if at.Sub(t.ticked).Abs() >= time.Second {
		t.Tick(at, emit)
	}
	t.emit = emit
	t.Line.Observe(at, f, h, t.heard)
}

// End sees the end of a conversation.
func (t *Telephone) End(_ time.Time, f *flow.Flow, _ func(abri.Finding)) { t.Line.End(f) }

// Tick settles what is due when nothing is said on the line.
func (t *Telephone) Tick(at time.Time, emit func(abri.Finding)) {
	t.ticked, t.emit, t.at = at, emit, at
	t.Line.Tick(at, t.settled, t.ended)
	t.fraud.tick(at, emit)
}

func (t *Telephone) hear(h *telephone.Heard) {
	if settled(h.Flow) {
		return
	}
	if h.Call != nil {
		t.fraud.hear(h, t.emit)
	}
	if h.News == telephone.Turned || h.News == telephone.Ended {
		t.end(h.Call)
	}
}

func (t *Telephone) settle(a *telephone.Attempt) {
	if a.Judged {
		return
	}
	t.scan.settled(t.at, a, t.emit)
	t.guess.settled(t.at, a, t.emit)
	t.flood.settled(t.at, a, t.emit)
	if t.fraud.settled(t.at, a, t.emit) && t.options.Tried != nil {
		t.options.Tried(a)
	}
}

func (t *Telephone) end(c *telephone.Call) {
	t.fraud.ended(c, t.emit)
	if t.options.Called != nil {
		t.options.Called(c)
	}
}

// strange reports whether an attempt comes from somebody whom nobody here knows: from outside, and neither the operator
// nor, of what is between the site's own machines, a telephone that works.
func strange(line *telephone.Line, a *telephone.Attempt) bool {
	return (a.Inward || a.Local) && !line.Operators.Has(a.Source.Addr())
}

// about is the finding about an attempt. Where telephones of a site work behind the source, it is narrow: a whole site is
// not stopped for what one machine behind its address does.
func about(line *telephone.Line, at time.Time, a *telephone.Attempt, k abri.Kind, facts ...any) abri.Finding {
	x := abri.Finding{
		Kind: k, Service: abri.TelephoneSvc, Direction: abri.In, Outside: a.Outside, Inside: a.Inside,
		Port: a.Exchange.Port(), Proto: packet.ProtoName(a.Proto), At: at, Why: because(k, facts...),
		Narrow: line.Extensions.Houses(at, a.Source.Addr()), Ends: [2]netip.AddrPort{a.Source, a.Exchange},
	}
	if a.Local {
		x.Direction = abri.LAN
	}
	return x
}

// caller is one source at one exchange.
type caller struct{ source, exchange netip.Addr }
