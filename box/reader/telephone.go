package reader

import (
	"context"
	"maps"
	"net/netip"
	"slices"
	"time"

	"abri.example/abri"
	"abri.example/abri/box/order"
	"abri.example/abri/detect"
	"abri.example/abri/geo"
	"abri.example/abri/policy"
	"abri.example/abri/store"
	"abri.example/abri/telephone"
	"abri.example/abri/telephone/number"
)

// line is the telephone line of the site: what reads it, and what of it waits to be written down.
type line struct {
	*detect.Telephone
	operators []netip.Addr // that stand exempt
	waiting   map[store.Calls]tally
	began     map[netip.Addr]int // what of the operators was written
	told      order.Line         // what the keeper was told last, or is about to be
	devices   []netip.Addr       // that were written
}

// tally is how many calls of a sort, and how long in all.
type tally struct{ calls, seconds uint64 }

// mostSorts bounds the sorts of calls that wait for the disk, a minute's worth.
const mostSorts = 10_000

// learntFrom is how many days of calls say what is usual.
const learntFrom = 28

// openLine makes the telephone line ready: who the operator is and what is usual, as an earlier life learnt it.
func (r *Reader) openLine(ctx context.Context) {
	l := &r.line
	l.Telephone = detect.NewTelephone(detect.TelephoneOptions{
		Options: telephone.Options{Location: r.today.location, Country: geo.Country},
		Say:     func(s telephone.Saying, f *abri.Finding) { r.pipe.Say(s, f) },
		Called:  l.called,
		Tried:   l.tried,
	})
	r.chooseLine()
	s := r.record.opened()
	if s == nil {
		return
	}
	known, err := s.Operators(ctx)
	r.record.did(err)
	for _, o := range known {
		l.Line.Operators.Recall([]telephone.Operator{telephone.Operator(o)})
	}
	calls, err := s.CallsSince(ctx, r.now().AddDate(0, 0, -learntFrom))
	r.record.did(err)
	for _, c := range calls {
		if c.Outward && c.Outcome == store.CallAnswered {
			l.Line.Habits.Note(c.Hour, number.Number{Class: number.Class(c.Class), Country: c.Country})
		}
	}
	l.operators = l.learnt()
	r.recallTelephones(ctx, s)
}

// chooseLine takes what people chose. mu is held, or nobody else is there yet.
func (r *Reader) chooseLine() {
	c := r.config
	var hours func(time.Time) bool
	if told, err := policy.ParseHours(c.Measures.Hours, c.Box.Location()); err == nil && c.Measures.Hours != "" {
		hours = told.Open
	}
	r.line.Choose(detect.TelephoneChoices{
		Hours:     hours,
		Operators: c.Ports.Telephone, Abroad: c.Telephone.NightAbroad, Premium: c.Telephone.NightPremium,
		Refuse: c.Telephone.Refuse && r.mode == abri.Protect,
	})
}

// called notes a call that is over.
func (l *line) called(c *telephone.Call) {
	row := store.Calls{Hour: c.Began.Truncate(time.Hour), Outward: c.Outward, Country: c.Number.Country, Class: string(c.Number.Class), Prefix: c.Number.Prefix, Outcome: store.CallVain}
	switch {
	case c.Barred != nil:
		row.Outcome = store.CallRefused
	case !c.Answer.IsZero():
		row.Outcome = store.CallAnswered
	}
	l.wait(row, uint64(c.Duration(c.End)/time.Second))
}

// tried notes a stranger's try to call through the site's exchange.
func (l *line) tried(a *telephone.Attempt) {
	l.wait(store.Calls{Hour: a.Began.Truncate(time.Hour), Country: a.Number.Country, Class: string(a.Number.Class), Prefix: a.Number.Prefix, Outcome: store.CallAttempted}, 0)
}

func (l *line) wait(row store.Calls, seconds uint64) {
	row.Hour = row.Hour.UTC()
	if l.waiting == nil {
		l.waiting = map[store.Calls]tally{}
	}
	x, known := l.waiting[row]
	if !known && len(l.waiting) >= mostSorts {
		return
	}
	l.waiting[row] = tally{x.calls + 1, x.seconds + seconds}
}

// take gives what waits, and forgets it.
func (l *line) take() []store.Calls {
	var out []store.Calls
	for row, n := range l.waiting {
		row.Calls, row.Seconds = n.calls, n.seconds
		out = append(out, row)
	}
	l.waiting = nil
	return out
}

// learnt are the operator's servers, as they were learnt.
func (l *line) learnt() []netip.Addr {
	var all []netip.Addr
	for _, o := range l.Line.Operators.Learnt() {
		all = append(all, o.Address)
	}
	return all
}

// changed gives the operators of which more is known than was written.
func (l *line) changed() []store.Operator {
	var out []store.Operator
	fresh := map[netip.Addr]int{}
	for _, o := range l.Line.Operators.Learnt() {
		fresh[o.Address] = o.Registrations + o.Calls
		if l.began[o.Address] != fresh[o.Address] {
			out = append(out, store.Operator(o))
		}
	}
	l.began = fresh
	return out
}

// writeLine gives the store the calls and operators that wait. What it does not take is lost.
func (r *Reader) writeLine(ctx context.Context, s *store.Store) {
	r.mu.Lock()
	calls, operators, devices := r.line.take(), r.line.changed(), r.line.Line.Operators.Devices()
	r.mu.Unlock()
	if len(calls) > 0 {
		if err := s.AddCalls(ctx, calls); err != nil {
			r.log.Warn("calls are not remembered", "sorts", len(calls), "err", err)
		}
	}
	if len(operators) > 0 {
		if err := s.PutOperators(ctx, operators); err != nil {
			r.log.Warn("operators are not remembered", "operators", len(operators), "err", err)
		}
	}
	r.rememberTelephones(ctx, s, devices)
}

// fromLine names the telephone line as the one who decided.
const fromLine = "telephone operator"

// noteOperators exempts the servers of the operator that were learnt since the last look: lists don't apply to them, and
// nobody bans them. mu is held.
func (r *Reader) noteOperators() {
	all := r.line.learnt()
	if slices.Equal(all, r.line.operators) {
		return
	}
	fresh := slices.DeleteFunc(slices.Clone(all), func(a netip.Addr) bool { return slices.Contains(r.line.operators, a) })
	r.line.operators = all
	r.unbanOperators(all)
	r.judgeAnew()
	go func() { // an order takes its time, and mu is held here
		for _, a := range fresh {
			if err := r.keeper.Decide(order.Decision{Choice: order.Exempt, Prefix: order.Host(a)}); err != nil {
				r.log.Error("the operator's server is not exempt yet; it is tried again", "err", err)
			}
		}
	}()
}

// sparesOperator refuses a ban that would cut the site off from its telephone operator, and with it from the numbers of
// help. mu is held.
func (r *Reader) sparesOperator(d order.Decision) error {
	if d.Choice != order.Ban {
		return nil
	}
	covered := func(a netip.Addr) bool { return d.Prefix.Contains(a) }
	overlaps := slices.ContainsFunc(r.config.Ports.Telephone, d.Prefix.Overlaps)
	if !overlaps && !slices.ContainsFunc(r.line.operators, covered) {
		return nil
	}
	return &abri.Error{Code: abri.CodeRefused, Place: d.Prefix.String(), What: "the telephone operator's server stands here: without it nobody reaches the numbers of help", Remedy: "ban what is beside it"}
}

// callsSince are the calls of the store since then, with those that wait still.
func (r *Reader) callsSince(ctx context.Context, since time.Time) []store.Calls {
	r.mu.Lock()
	waiting := maps.Clone(r.line.waiting)
	r.mu.Unlock()
	var all []store.Calls
	if s := r.record.opened(); s != nil {
		kept, err := s.CallsSince(ctx, since)
		r.record.did(err)
		all = kept
	}
	for row, n := range waiting {
		row.Calls, row.Seconds = n.calls, n.seconds
		if !row.Hour.Before(since.Truncate(time.Hour)) {
			all = append(all, row)
		}
	}
	return all
}
