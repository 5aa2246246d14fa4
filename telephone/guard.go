package telephone

import (
	"time"

	"abri.example/abri/telephone/number"
)

// Guard is the budget of a night: how long the site may speak abroad, and with what is charged above the price of a call,
// outside opening hours. What it says is done by others. The zero Guard has no budget, and bars nothing.
type Guard struct {
	Abroad  time.Duration // 0 is no bound
	Premium time.Duration

	night  int
	spent  map[number.Class]time.Duration // Far counts as Near: both are abroad
	barred bool
}

// Spend takes what a call from inside has cost since it was last counted. A night has none at its beginning.
func (g *Guard) Spend(now time.Time, h *Habits, c *Call) {
	kind, dear := kindOf(c.Number.Class)
	if !c.Outward || c.Local || !dear || c.Answer.IsZero() {
		return
	}
	spoken := max(c.Duration(now), c.Spent)
	more := spoken - c.Spent
	c.Spent = spoken
	if h.Open(now) || more <= 0 {
		return
	}
	g.turn(h.Night(now))
	g.spent[kind] += more
}

// turn begins another night.
func (g *Guard) turn(night int) {
	if g.spent == nil || night != g.night {
		g.night, g.spent, g.barred = night, map[number.Class]time.Duration{}, false
	}
}

// Over reports whether the night's budget of a class of numbers is spent.
func (g *Guard) Over(now time.Time, h *Habits, class number.Class) bool {
	kind, dear := kindOf(class)
	if !dear || h.Open(now) {
		return false
	}
	g.turn(h.Night(now))
	budget := g.Abroad
	if kind == number.Premium {
		budget = g.Premium
	}
	return budget > 0 && g.spent[kind] >= budget
}

// Spent is how much of the night's budgets is used.
func (g *Guard) Spent(now time.Time, h *Habits) (abroad, premium time.Duration) {
	if h.Open(now) || h.Night(now) != g.night {
		return 0, 0
	}
	return g.spent[number.Near], g.spent[number.Premium]
}

// Bar refuses every dear call until people are at work again, because a fraud was seen.
func (g *Guard) Bar(now time.Time, h *Habits) {
	if !h.Open(now) {
		g.turn(h.Night(now))
		g.barred = true
	}
}

// Bars reports whether a call to a number is to be refused now: one that is dear, in a night whose budget is spent or in
// which a fraud was seen. Numbers of help, short and national numbers are never refused.
func (g *Guard) Bars(now time.Time, h *Habits, class number.Class) bool {
	if _, dear := kindOf(class); !dear || class.Sacred() || h.Open(now) {
		return false
	}
	g.turn(h.Night(now))
	return g.barred || g.Over(now, h, class)
}

// kindOf is the budget that a class of numbers belongs to.
func kindOf(class number.Class) (number.Class, bool) {
	switch class {
	case number.Near, number.Far:
		return number.Near, true
	case number.Premium:
		return number.Premium, true
	}
	return class, false
}
