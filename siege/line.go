package siege

import (
	"net/netip"
	"slices"
	"time"

	"abri.example/abri"
)

// Line is the access line of the site, as far as the box can know it: what came in by it. A line that is full loses packets
// before the box, which can do nothing about that. Not safe for concurrent use.
type Line struct {
	capacity uint64 // bytes a second as configured; 0: learnt
	location *time.Location
	best     map[abri.Day]uint64 // the most bytes in one second of smoothed, each day
	smoothed uint64
	probes   probes
	full     fullness
}

// fullness is since when the line has been full, the zero time when it is not; and how that is known: so many per cent of our
// own questions are lost, or as much comes as the line carries.
type fullness struct {
	since time.Time
	lost  int
	rate  bool
}

// told reports whether it lasts long enough.
func (f *fullness) told(at time.Time) bool { return !f.since.IsZero() && at.Sub(f.since) >= fullFor }

// NewLine gives the line of a site. Capacity is in bytes a second, 0 when nobody said: it is then the height at which several
// days ended.
func NewLine(capacity uint64, l *time.Location) *Line {
	return &Line{capacity: capacity, location: l, best: map[abri.Day]uint64{}}
}

// Resize gives the line another capacity, 0 for that which it showed.
func (l *Line) Resize(capacity uint64) { l.capacity = capacity }

const (
	smoothing   = 5               // a fifth of what is new
	fullPercent = 90              // of the capacity
	heldPercent = 25              // of what comes in, at least so much is of the attack
	fullFor     = 5 * time.Second // before it is told
	lostPercent = 40              // of our own questions, of whoever answers in calm
	plateauDays = 3               // days that reached the same height, which is then the line's
)

// Observe takes what came in, and how much of it was held back, in bytes a second; calm days teach how much the line carries.
// It gives since when the line has been full of an attack: the zero time when it is not. A line is full when so much comes as it
// carries, or when our own questions are lost that are answered in calm.
func (l *Line) Observe(at time.Time, came, held uint64, besieged bool) time.Time {
	l.smoothed += came/smoothing - l.smoothed/smoothing
	if !besieged {
		d := abri.DayOf(at, l.location)
		l.best[d] = max(l.best[d], l.smoothed)
		for past := range l.best {
			if past < d.Add(-learntDays) {
				delete(l.best, past)
			}
		}
	}
	capacity, lost := l.Capacity(), l.probes.lost()
	rate := capacity > 0 && l.smoothed*100 >= capacity*fullPercent && held*100 >= came*heldPercent
	if !besieged || !rate && lost < lostPercent {
		l.full = fullness{}
		return time.Time{}
	}
	if l.full.since.IsZero() {
		l.full.since = at
	}
	l.full.lost, l.full.rate = max(l.full.lost, lost), l.full.rate || rate
	if !l.full.told(at) {
		return time.Time{}
	}
	return l.full.since
}

// Probed takes whether one of our own questions, to a gateway or a resolver, was answered in time.
func (l *Line) Probed(to netip.Addr, answered, besieged bool) { l.probes.take(to, answered, besieged) }

// Lost is how many per cent of our own questions are lost.
func (l *Line) Lost() int { return l.probes.lost() }

// Capacity is what the line carries, in bytes a second: what was configured, else the height that three days reached within a
// tenth; 0 when that is not known.
func (l *Line) Capacity() uint64 {
	if l.capacity > 0 {
		return l.capacity
	}
	var all []uint64
	for _, n := range l.best {
		all = append(all, n)
	}
	if len(all) < plateauDays {
		return 0
	}
	slices.Sort(all)
	top := all[len(all)-1]
	if all[len(all)-plateauDays]*10 < top*9 {
		return 0
	}
	return top
}

// Rate is what came in lately, in bytes a second.
func (l *Line) Rate() uint64 { return l.smoothed }
