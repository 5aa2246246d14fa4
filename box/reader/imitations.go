package reader

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	abri "abri.example/abri"
	"abri.example/abri/box/control"
	"abri.example/abri/box/order"
	"abri.example/abri/feed"
	"abri.example/abri/names/lookalike"
)

// imitations are names whose questions were stopped because they imitate others. From then on the kernel stops them, with the
// names of the lists: the verdict on the first question came after the question.
type imitations struct {
	names []string
	fresh bool // the kernel was not told of the last of them
}

// mostImitations is how many the kernel is told of; the oldest go first.
const mostImitations = 1000

// noteImitation takes a name whose question was stopped: with what stands above it, as far as that imitates as well. mu is held.
func (r *Reader) noteImitation(name string) {
	i := &r.imitated
	for _, above, ok := strings.Cut(name, "."); ok && r.imitations.Judge(above).Score >= lookalike.Block; _, above, ok = strings.Cut(name, ".") {
		name = above
	}
	if slices.Contains(i.names, name) {
		return
	}
	if len(i.names) == mostImitations {
		i.names = slices.Delete(i.names, 0, 1)
	}
	i.names, i.fresh = append(i.names, name), true
}

// stopImitations tells the kernel of those that came since it was last told.
func (r *Reader) stopImitations() {
	r.mu.Lock()
	fresh := r.imitated.fresh
	r.imitated.fresh = false
	r.mu.Unlock()
	if !fresh {
		return
	}
	if err := r.rename(); err != nil {
		r.log.Error("names that imitate others could not be given to the kernel", "err", err)
	}
}

// rules are those that stop them. mu is held.
func (i *imitations) rules() (out []order.NameRule) {
	for _, name := range i.names {
		for _, key := range feed.NameTree(name) {
			out = append(out, order.NameRule{Key: key, Say: order.NameStops})
		}
	}
	return out
}

// habitPatience is how long the packets that wait to be read wait for the store.
const habitPatience = 50 * time.Millisecond

// habit is on how many days before that of a time devices of the site asked for a name. A store that does not say in time
// knows of none.
func (r *Reader) habit(name string, before time.Time) int {
	s := r.record.opened()
	if s == nil {
		return 0
	}
	ctx, cancel := context.WithTimeout(context.Background(), habitPatience)
	defer cancel()
	days, err := s.DaysAsked(ctx, name, abri.DayOf(before, r.today.location))
	if err != nil {
		r.log.Warn("whether a name is known here can't be read", "err", err)
	}
	return days
}

// imitates says whom a name imitates now; nil for nobody.
func (r *Reader) imitates(judge *lookalike.Judge, name string) *control.Imitation {
	l := judge.Judge(name)
	if l.Score < lookalike.Observe {
		return nil
	}
	if l = l.Habit(r.habit(name, r.now())); l.Score < lookalike.Observe {
		return nil
	}
	i := &control.Imitation{Whom: l.Brand, Points: l.Score, Stops: l.Score >= lookalike.Block}
	for _, reason := range l.Reasons {
		i.Because = append(i.Because, fmt.Sprintf("%s %s %+d", reason.Name, reason.Value, reason.Points))
	}
	return i
}
