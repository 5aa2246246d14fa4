package detect

import (
	"time"

	"abri.example/abri"
	"abri.example/abri/telephone"
)

// The bars of sipGuess, for one source at one exchange, of attempts with a password that were refused. The reasons are in
// docs/detection.md.
const (
	sipPairs     = 4096
	sipGuessTime = 24 * time.Hour
	sipGuessed   = 20  // names, none of which works; or
	sipFast      = 100 // passwords for each name within
	sipFastTime  = 10 * time.Minute
)

// sipGuess tells of those who guess the passwords of telephones. A telephone with an old password asks again and again by
// one name, for days; so do all those of a site behind one address, each by its own.
type sipGuess struct {
	line  *telephone.Line
	pairs *memory[caller, sipGuesses]
}

// sipGuesses is what one source tried at one exchange.
type sipGuesses struct {
	tries variety // and the names of which none works
	fast  variety // and all names
	told  time.Time
}

func newSIPGuess(l *telephone.Line) *sipGuess {
	return &sipGuess{line: l, pairs: newMemory[caller, sipGuesses](sipPairs, sipGuessTime)}
}

// settled takes an attempt that came to its end.
func (s *sipGuess) settled(at time.Time, a *telephone.Attempt, emit func(abri.Finding)) {
	if a.Outcome != telephone.Denied || a.Tries == 0 || !strange(s.line, a) {
		return
	}
	x := s.pairs.touch(at, caller{a.Source.Addr(), a.Exchange.Addr()})
	n := x.tries.addMany(at, sipGuessTime, a.Tries)
	fast := x.fast.addMany(at, sipFastTime, a.Tries)
	x.fast.numbers.add(a.User)
	if _, works := s.line.Extensions.Find(a.Exchange.Addr(), a.User); !works {
		x.tries.numbers.add(a.User)
	}
	names := x.tries.count()
	if names < sipGuessed && fast < sipFast*max(1, x.fast.count()) || !due(at, &x.told) {
		return
	}
	emit(about(s.line, at, a, abri.Bruteforce, "tries", n, "names", max(names, 1), "seconds", seconds(at.Sub(x.tries.began)), "by", "sip"))
}
