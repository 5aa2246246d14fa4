package siege

import (
	"net/netip"
	"time"

	"abri.example/abri"
)

// Told is what is to be counted of an attack: what was held back since it was last told, how much in the worst second, and
// about how many sources in all.
type Told struct {
	Finding abri.Finding
	Outcome abri.Outcome
	Held    uint64
	Bytes   uint64
	Sources uint64
	First   bool      // it was not told before
	Since   time.Time // when the first was held back; of what goes on without a pause
	// Pressing is what of each pressure was held back since it began.
	Pressing map[abri.Pressure]uint64
}

// Watch tells floods from crowds, and says what stands behind each. Not safe for concurrent use.
type Watch struct {
	sieges map[aim]*siege
}

// aim is what makes two reports the same attack.
type aim struct {
	target netip.Addr
	kind   abri.Kind
}

// NewWatch gives a Watch that knows of no attack.
func NewWatch() *Watch { return &Watch{sieges: map[aim]*siege{}} }

const (
	siegeOver = 2 * time.Minute // of quiet, after which another attack would begin
	mostTold  = 4096
)

// Observe takes what was reported since the last time, and gives what is to be told of it.
func (w *Watch) Observe(at time.Time, reports []Report) []Told {
	reflected := w.reflected(at, reports)
	for _, r := range reports {
		if r.Held == 0 && r.Returned == 0 {
			continue
		}
		if s := w.of(at, aim{r.Target, r.kind(reflected[r.Target])}, r.Service); s != nil {
			s.take(at, r)
		}
	}
	var all []Told
	for k, s := range w.sieges {
		if at.Sub(s.last) > siegeOver {
			delete(w.sieges, k)
			continue
		}
		s.mark(at)
		if t, ok := s.tell(at, k); ok {
			all = append(all, t)
		}
	}
	return all
}

// of gives the siege of an aim, which begins with the first report of it; nil when there are too many.
func (w *Watch) of(at time.Time, k aim, service abri.Service) *siege {
	s := w.sieges[k]
	if s != nil && at.Sub(s.last) <= siegeOver {
		return s
	}
	if s == nil && len(w.sieges) >= mostTold {
		return nil
	}
	s = newSiege(service)
	w.sieges[k] = s
	return s
}

// kind is that of the attack that a report is a part of. Answers that are too long for the line come in fragments, which then
// are no attack of their own.
func (r *Report) kind(reflected bool) abri.Kind {
	if reflected && r.Pressure == abri.Fragments {
		return abri.Amplification
	}
	return r.Pressure.Kind()
}

// reflected are the targets that answers press on which they did not ask for, now or lately.
func (w *Watch) reflected(at time.Time, reports []Report) map[netip.Addr]bool {
	all := map[netip.Addr]bool{}
	for k, s := range w.sieges {
		if k.kind == abri.Amplification && at.Sub(s.last) <= siegeOver {
			all[k.target] = true
		}
	}
	for _, r := range reports {
		if r.Held > 0 && r.Pressure.Kind() == abri.Amplification {
			all[r.Target] = true
		}
	}
	return all
}

// Besieged reports whether a flood was told of within the last seconds, and how much was held back in the worst second.
func (w *Watch) Besieged(at time.Time, within time.Duration) (peak uint64, is bool) {
	for _, s := range w.sieges {
		if s.told && at.Sub(s.last) <= within {
			peak, is = max(peak, s.peak), true
		}
	}
	return peak, is
}
