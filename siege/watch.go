package siege

import (
	"maps"
	"net/netip"
	"strconv"
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
	First   bool // it was not told before
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

// siege is one attack, since it began.
type siege struct {
	since, last time.Time
	seconds     int                      // with a report
	held        map[abri.Pressure]uint64 // since it began
	returned    uint64
	fresh       uint64 // openings held back in the last second
	ripe        uint64 // openings held back until the second before: whoever wants to come back has
	peak        uint64
	sources     map[abri.Service]uint64
	waiting     Told // not told yet
	told        bool
	service     abri.Service
	would       bool
}

// NewWatch gives a Watch that knows of no attack.
func NewWatch() *Watch { return &Watch{sieges: map[aim]*siege{}} }

const (
	least     = 50              // packets held back, or it is none
	evident   = 5000            // openings held back in one second are no crowd's: eight hundred people do not come in the same one
	insistent = 100             // openings held back of one source in one second, above what it was granted: no visitor asks so often
	crowd     = 2               // when one opening in so many comes back it is a crowd of visitors, not a flood
	siegeOver = 2 * time.Minute // of quiet, after which another attack would begin
	mostTold  = 4096
)

// Observe takes the reports of a second, and gives what is to be told of it.
func (w *Watch) Observe(at time.Time, reports []Report) []Told {
	pressed := map[aim]bool{}
	reflected := w.reflected(at, reports)
	now := map[aim]uint64{}
	for _, r := range reports {
		if r.Held == 0 && r.Returned == 0 {
			continue
		}
		k := aim{r.Target, r.kind(reflected[r.Target])}
		s := w.sieges[k]
		if s == nil || at.Sub(s.last) > siegeOver {
			if len(w.sieges) >= mostTold {
				continue
			}
			s = &siege{since: at, held: map[abri.Pressure]uint64{}, sources: map[abri.Service]uint64{}, service: r.Service}
			w.sieges[k] = s
		}
		if !pressed[k] {
			s.ripe, s.fresh = s.held[abri.Openings], 0
		}
		pressed[k] = true
		s.take(at, r)
		now[k] += r.Held
	}
	var all []Told
	for k := range pressed {
		s := w.sieges[k]
		s.seconds++
		s.peak = max(s.peak, now[k])
		if t, ok := s.tell(at, k); ok {
			all = append(all, t)
		}
	}
	for k, s := range w.sieges {
		if at.Sub(s.last) > siegeOver {
			delete(w.sieges, k)
		}
	}
	return all
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

func (s *siege) take(at time.Time, r Report) {
	s.last = at
	s.held[r.Pressure] += r.Held
	if r.Pressure == abri.Openings {
		s.fresh += r.Held
	}
	s.returned += r.Returned
	s.sources[r.Service] = max(s.sources[r.Service], r.Sources)
	s.waiting.Held += r.Held
	s.waiting.Bytes += r.Bytes
	s.would = r.Would
	if r.Service != s.service {
		s.service = abri.Other
	}
}

// isFlood reports whether enough was held back, and not by a crowd: of visitors who had to ask twice, most do, and each of them
// asks a few times a second.
func (s *siege) isFlood() bool {
	other := uint64(0)
	for p, n := range s.held {
		if p != abri.Openings {
			other += n
		}
	}
	return other >= least || s.fresh >= evident || s.fresh >= insistent*s.count() || s.ripe >= least && s.returned*crowd < s.ripe
}

// count is about how many sources were held back since it began, 1 at least.
func (s *siege) count() (n uint64) {
	for _, of := range s.sources {
		n += of
	}
	return max(1, n)
}

func (s *siege) tell(at time.Time, k aim) (Told, bool) {
	if !s.told && !s.isFlood() || s.waiting.Held == 0 {
		return Told{}, false
	}
	t := s.waiting
	t.First, s.told, s.waiting = !s.told, true, Told{}
	t.Sources = s.count()
	t.Outcome, t.Pressing = abri.Blocked, maps.Clone(s.held)
	if s.would {
		t.Outcome = abri.WouldBlock
	}
	t.Finding = abri.Finding{
		Kind: k.kind, Service: s.service, Direction: abri.In, Inside: k.target, Proto: s.proto(), At: at, Why: s.why(k.kind),
	}
	return t, true
}

// proto is the protocol of all that was held back, "" when there are several.
func (s *siege) proto() string {
	proto := ""
	for p := range s.held {
		if proto != "" && proto != p.Proto() {
			return ""
		}
		proto = p.Proto()
	}
	return proto
}

// why is what was held back, how much in the worst second, and who was let in all the same.
func (s *siege) why(k abri.Kind) abri.Why {
	w := abri.Why{Rule: abri.Rule(k)}
	say := func(name string, n uint64) {
		if n > 0 {
			w.Evidence = append(w.Evidence, abri.Evidence{Name: name, Value: strconv.FormatUint(n, 10)})
		}
	}
	for _, p := range abri.Pressures {
		say(string(p), s.held[p])
	}
	say("worst-second", s.peak)
	say("returned", s.returned)
	return w
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
