package siege

import (
	"maps"
	"strconv"
	"time"

	"abri.example/abri"
)

// siege is one attack, since it began.
type siege struct {
	since   time.Time // held back without a pause
	last    time.Time
	held    map[abri.Pressure]uint64
	now     mark  // what there was of it in all
	trail   trail // and before
	peak    uint64
	prompt  *bool // whether the first who were held back came again as soon as most systems do; nil before they could
	fronts  map[abri.Service]front
	waiting Told // not told yet
	told    bool
	service abri.Service
	would   bool
}

// front is what is known of the sources at one service.
type front struct{ sources, silent, joined uint64 }

func newSiege(service abri.Service) *siege {
	return &siege{held: map[abri.Pressure]uint64{}, fronts: map[abri.Service]front{}, service: service}
}

const (
	least     = 50   // packets held back, or it is none
	evident   = 5000 // openings held back in one second are no crowd's: eight hundred people do not come in the same one
	insistent = 100  // openings held back of one source in one second, above what it was granted: no visitor asks so often
	crowd     = 2    // when one opening in so many comes back it is a crowd of visitors, not a flood

	// A second is measured between reports, which are never exactly as far apart.
	nearlyASecond = 900 * time.Millisecond
	// After so long whoever was held back has come again (RFC 6298 §2.1: one second);
	comesAgain = 1100 * time.Millisecond
	// older systems have after three (RFC 1122 §4.2.3.1), and are waited for in a crowd whose first did not come sooner.
	comesLate = 3300 * time.Millisecond
)

func (s *siege) take(at time.Time, r Report) {
	if began := at.Add(-r.Lasting); began.After(s.last) || began.Before(s.since) {
		s.since = began
	}
	s.last = at
	s.held[r.Pressure] += r.Held
	s.now.held += r.Held
	if r.Pressure == abri.Openings {
		s.now.openings += r.Held
	}
	s.now.returned += r.Returned
	f := s.fronts[r.Service]
	f.sources = max(f.sources, r.Sources)
	if r.Silent+r.Joined > 0 {
		f.silent, f.joined = r.Silent, r.Joined
	}
	s.fronts[r.Service] = f
	s.waiting.Held += r.Held
	s.waiting.Bytes += r.Bytes
	s.would = r.Would
	if r.Service != s.service {
		s.service = abri.Other
	}
}

// mark notes how far it has come.
func (s *siege) mark(at time.Time) {
	s.now.at = at
	s.peak = max(s.peak, s.now.held-s.trail.at(at.Add(-nearlyASecond)).held)
	s.trail.add(s.now)
	if first := s.trail.at(at.Add(-comesAgain)).openings; s.prompt == nil && first >= least {
		is := !left(first, s.now.returned)
		s.prompt = &is
	}
}

// isFlood reports whether enough was held back, and not by a crowd.
func (s *siege) isFlood() bool {
	fresh := s.now.openings - s.trail.at(s.now.at.Add(-nearlyASecond)).openings
	all := s.front()
	switch {
	case s.now.held-s.now.openings >= least, fresh >= evident, fresh >= insistent*all.sources:
		return true
	case s.now.openings < least:
		return false
	}
	return all.isForged() || s.isLeft(all)
}

// front is that of all services together. There is at least one source.
func (s *siege) front() (all front) {
	for _, f := range s.fronts {
		all.sources += f.sources
		all.silent += f.silent
		all.joined += f.joined
	}
	all.sources = max(1, all.sources)
	return all
}

// isForged reports whether most of those who were let in before said nothing to the machine's answer: their addresses never asked.
func (f front) isForged() bool { return f.silent >= least && f.joined*crowd < f.silent }

// isVisited reports whether most of those who were let in before are there: a crowd is coming.
func (f front) isVisited() bool { return f.joined >= least && f.silent*crowd < f.joined }

// isLeft reports whether most of those who had to ask twice did not: of all since it began, or of those of one second, for a
// flood may begin in a crowd. Of visitors most do, and each of them asks a few times a second.
func (s *siege) isLeft(all front) bool {
	patience := comesAgain
	if all.isVisited() && (s.prompt == nil || !*s.prompt) {
		patience = comesLate
	}
	ripe := s.trail.at(s.now.at.Add(-patience))
	before := s.trail.at(ripe.at.Add(-nearlyASecond))
	return left(ripe.openings, s.now.returned) || left(ripe.openings-before.openings, s.now.returned-before.returned)
}

func left(held, returned uint64) bool { return held >= least && returned*crowd < held }

func (s *siege) tell(at time.Time, k aim) (Told, bool) {
	if s.waiting.Held == 0 || !s.told && !s.isFlood() {
		return Told{}, false
	}
	t := s.waiting
	t.First, s.told, s.waiting = !s.told, true, Told{}
	t.Since = s.since
	t.Sources = s.front().sources
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
	say("returned", s.now.returned)
	return w
}
