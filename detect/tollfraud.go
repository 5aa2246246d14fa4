package detect

import (
	"net/netip"
	"time"

	"abri.example/abri"
	"abri.example/abri/packet"
	"abri.example/abri/telephone"
	plan "abri.example/abri/telephone/number"
)

// The bars of tollFraud. The reasons are in docs/telephone.md.
const (
	fraudSources  = 1024
	strangerTime  = 24 * time.Hour
	strangerDials = 5 // dear numbers that a stranger asks our exchange for

	closedTime  = time.Hour
	closedCalls = 3 // calls far away or dear at night, to countries that are not usual
	firstCalls  = 2 // the same, where nobody ever called abroad
	burstTime   = 10 * time.Minute
	burstCalls  = 10 // the same at any hour
	shortTime   = 10 * time.Minute
	shortCalls  = 10 // short or vain calls to one prefix; in a country nearby that is usual
	shortUsual  = 30 // so many; of which
	shortOthers = 5  // different numbers
	shortLasts  = 15 * time.Second
	strayedTime = 24 * time.Hour
	strayedNear = 3 // calls to countries nearby after a registration from abroad; one suffices to others
)

// tollFraud tells of those who telephone at the site's expense: strangers who ask the exchange for numbers abroad, and an
// exchange or telephone of ours that calls where, when and as nobody here does. It keeps the guard's budget, and refuses
// what is beyond it by choice.
type tollFraud struct {
	line      *telephone.Line
	guard     telephone.Guard
	refuses   bool
	say       func(telephone.Saying, *abri.Finding)
	strangers *memory[caller, dialler]
	callers   *memory[netip.Addr, spender]
	prefixes  *memory[prefixOf, dialler]
	strayed   *memory[caller, dialler]
}

// dialler is the numbers that somebody asked for.
type dialler struct {
	numbers variety
	told    time.Time
}

// spender is what one device of the site calls.
type spender struct {
	closed, burst                   tally
	closedTold, burstTold, overTold time.Time
}

type prefixOf struct {
	device netip.Addr
	prefix string
}

func newTollFraud(l *telephone.Line, o TelephoneOptions) *tollFraud {
	return &tollFraud{
		line: l, say: o.Say,
		strangers: newMemory[caller, dialler](fraudSources, strangerTime),
		callers:   newMemory[netip.Addr, spender](fraudSources, closedTime),
		prefixes:  newMemory[prefixOf, dialler](fraudSources, shortTime),
		strayed:   newMemory[caller, dialler](fraudSources, strayedTime),
	}
}

// settled takes an attempt, and reports whether it is a stranger's to call through our exchange.
func (t *tollFraud) settled(at time.Time, a *telephone.Attempt, emit func(abri.Finding)) bool {
	if !a.Dear() || a.Outcome == telephone.Accepted || !strange(t.line, a) || t.line.Extensions.Houses(at, a.Source.Addr()) {
		return false
	}
	x := t.strangers.touch(at, caller{a.Source.Addr(), a.Exchange.Addr()})
	if n := x.dial(at, strangerTime, a.User); x.numbers.count() >= strangerDials && due(at, &x.told) {
		emit(about(t.line, at, a, abri.TollFraud, "numbers", x.numbers.count(), "calls", n, "seconds", seconds(at.Sub(x.numbers.began))))
	}
	return true
}

// dial counts one number asked for.
func (x *dialler) dial(at time.Time, window time.Duration, who uint32) int {
	x.numbers.add(at, window, who)
	return x.numbers.n
}

// hear takes a message of a call.
func (t *tollFraud) hear(h *telephone.Heard, emit func(abri.Finding)) {
	c := h.Call
	if h.News == telephone.Begun && !c.Local {
		if c.Outward {
			t.outward(h.At, h, emit)
		} else {
			t.inward(h, emit)
		}
	}
	if h.News == telephone.Ended {
		t.guard.Spend(h.At, &t.line.Habits, c)
	}
	if c.Barred != nil || t.bars(h) {
		t.refuse(h)
	}
}

// bars reports whether a call that begins is to be refused.
func (t *tollFraud) bars(h *telephone.Heard) bool {
	c := h.Call
	return t.refuses && c.Outward && !c.Local && c.Answer.IsZero() && t.guard.Bars(h.At, &t.line.Habits, c.Number.Class)
}

// refuse ends a call that is barred. It says nothing where nobody can be told.
func (t *tollFraud) refuse(h *telephone.Heard) {
	fresh := h.Call.Barred == nil
	for _, s := range h.Refuse() {
		if t.say == nil {
			continue
		}
		var because *abri.Finding
		if fresh {
			f := t.about(h.At, h.Call, h.Flow.Proto, "refused-calls", 1)
			because, fresh = &f, false
		}
		t.say(s, because)
	}
}

// outward takes a call that begins from inside.
func (t *tollFraud) outward(at time.Time, h *telephone.Heard, emit func(abri.Finding)) {
	c, habits := h.Call, &t.line.Habits
	class := c.Number.Class
	if !class.Dear() {
		return
	}
	x := t.callers.touch(at, c.Inside)
	if t.guard.Over(at, habits, class) && due(at, &x.overTold) {
		t.tell(at, c, h.Flow.Proto, emit, "over-minutes", t.minutes(at))
	}
	if habits.Usual(at, c.Number.Country) && class != plan.Premium {
		return
	}
	closed := !habits.Open(at)
	if closed && class != plan.Near {
		bar := closedCalls
		if habits.Knows(at) && habits.First(at) {
			bar = firstCalls
		}
		if n := x.closed.add(at, closedTime); n >= bar && due(at, &x.closedTold) {
			t.guard.Bar(at, habits)
			t.tell(at, c, h.Flow.Proto, emit, "night-calls", n, "seconds", seconds(at.Sub(x.closed.began)))
		}
	}
	if n := x.burst.add(at, burstTime); n >= burstCalls && due(at, &x.burstTold) {
		t.guard.Bar(at, habits)
		t.tell(at, c, h.Flow.Proto, emit, "burst-calls", n, "seconds", seconds(at.Sub(x.burst.began)))
	}
}

// inward takes a call that a telephone outside begins at our exchange, after it registered from a country where it never
// was.
func (t *tollFraud) inward(h *telephone.Heard, emit func(abri.Finding)) {
	c, at := h.Call, h.At
	class := c.Asked.Class
	e, known := t.line.Extensions.Find(h.Target.Addr(), c.Caller)
	if !known || e.Strayed.IsZero() || at.Sub(e.Strayed) > strayedTime || !class.Dear() {
		return
	}
	x := t.strayed.touch(at, caller{h.Source.Addr(), h.Target.Addr()})
	x.dial(at, strayedTime, text([]byte(c.Asked.Digits)))
	if class == plan.Near && x.numbers.count() < strayedNear || !due(at, &x.told) {
		return
	}
	f := h.Flow.FindingOf(abri.TollFraud, at, because(abri.TollFraud, "country", c.Asked.Country, "numbers", x.numbers.count(), "strayed-to", e.Places[len(e.Places)-1]))
	f.Service, f.Direction, f.Outside, f.Inside, f.Port = abri.TelephoneSvc, abri.In, h.Source.Addr(), h.Target.Addr(), h.Target.Port()
	emit(f)
}

// ended takes a call that is over: many short ones to one prefix are how a fraud begins, and what it earns by.
func (t *tollFraud) ended(c *telephone.Call, emit func(abri.Finding)) {
	class := c.Number.Class
	if !c.Outward || c.Local || !class.Dear() || c.Duration(c.End) >= shortLasts {
		return
	}
	at := c.End
	x := t.prefixes.touch(at, prefixOf{c.Inside, c.Number.Prefix})
	bar := shortCalls
	if class == plan.Near && t.line.Habits.Usual(at, c.Number.Country) {
		bar = shortUsual
	}
	if n := x.dial(at, shortTime, text([]byte(c.Number.Digits))); n >= bar && x.numbers.count() >= shortOthers && due(at, &x.told) {
		t.guard.Bar(at, &t.line.Habits)
		t.tell(at, c, packet.UDP, emit, "short-calls", n, "numbers", x.numbers.count(), "seconds", seconds(at.Sub(x.numbers.began)))
	}
}

// tick counts what goes on, and tells of a budget that a call under way overdraws.
func (t *tollFraud) tick(at time.Time, emit func(abri.Finding)) {
	habits := &t.line.Habits
	t.line.Calls(func(c *telephone.Call) {
		if !c.End.IsZero() || c.Answer.IsZero() {
			return
		}
		t.guard.Spend(at, habits, c)
		if c.Outward && !c.Local && t.guard.Over(at, habits, c.Number.Class) {
			if x := t.callers.touch(at, c.Inside); due(at, &x.overTold) {
				t.tell(at, c, packet.UDP, emit, "over-minutes", t.minutes(at))
			}
		}
	})
}

// tell tells of what a device of ours calls.
func (t *tollFraud) tell(at time.Time, c *telephone.Call, proto uint8, emit func(abri.Finding), facts ...any) {
	emit(t.about(at, c, proto, facts...))
}

// about is the finding about what a device of ours calls. The far end is the operator, who carries it and did nothing.
func (t *tollFraud) about(at time.Time, c *telephone.Call, proto uint8, facts ...any) abri.Finding {
	facts = append([]any{"country", c.Number.Country, "prefix", c.Number.Prefix}, facts...)
	return abri.Finding{
		Kind: abri.TollFraud, Service: abri.TelephoneSvc, Direction: abri.Out, Outside: c.Outside, Inside: c.Inside,
		Port: telephone.Port, Proto: packet.ProtoName(proto), At: at, Why: because(abri.TollFraud, facts...), Narrow: true,
	}
}

// minutes is how long the site spoke abroad or with dear numbers in this night.
func (t *tollFraud) minutes(at time.Time) int {
	abroad, premium := t.guard.Spent(at, &t.line.Habits)
	return int((abroad + premium) / time.Minute)
}
