package flow

import "time"

// ledger remembers the last record of each incarnation, so that what is cumulative is counted once, also when the flow
// ended here before the kernel forgot it. It holds two generations of at most max entries: a kernel table of up to max
// entries that is swept regularly renews all of its own before they are forgotten.
type ledger struct {
	max       int
	now, then map[key]account
}

// account is the state of one incarnation at its last record, by end of the key.
type account struct {
	entry int64
	first time.Time
	a, b  Counter
}

// added gives what r adds in each direction to the last record of its incarnation, and whether it is its first. Of the
// flags, those that are new; counters that shrank add nothing.
func (l *ledger) added(k key, clientA bool, r Record) (up, down Counter, fresh bool) {
	last, ok := l.now[k]
	if !ok {
		last, ok = l.then[k]
	}
	if !ok || last.entry != r.Entry || r.Entry == 0 && !last.first.Equal(r.First) {
		last, fresh = account{}, true
	}
	present := account{entry: r.Entry, first: r.First, a: r.Down, b: r.Up}
	if clientA {
		present.a, present.b = r.Up, r.Down
	}
	l.keep(k, present)
	if clientA {
		return r.Up.Since(last.a), r.Down.Since(last.b), fresh
	}
	return r.Up.Since(last.b), r.Down.Since(last.a), fresh
}

func (l *ledger) keep(k key, a account) {
	if l.now == nil || len(l.now) >= l.max {
		if _, ok := l.now[k]; !ok {
			l.now, l.then = make(map[key]account), l.now
		}
	}
	l.now[k] = a
}

// Since is what c has more than an earlier state of it.
func (c Counter) Since(earlier Counter) Counter {
	more := Counter{Flags: c.Flags &^ earlier.Flags}
	if c.Packets > earlier.Packets {
		more.Packets = c.Packets - earlier.Packets
	}
	if c.Bytes > earlier.Bytes {
		more.Bytes = c.Bytes - earlier.Bytes
	}
	return more
}
