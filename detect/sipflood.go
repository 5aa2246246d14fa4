package detect

import (
	"net/netip"
	"time"

	"abri.example/abri"
	"abri.example/abri/telephone"
)

// The bars of sipFlood, for one exchange within sipFloodTime. The reasons are in docs/telephone.md.
const (
	sipFloods     = 1024
	sipFloodTime  = time.Minute
	sipUnmeant    = 600  // requests that were answered by asking for a password, or that there is nobody, and led to nothing; or
	sipUnheard    = 6000 // that nobody answered, or that were sent again when no telephone does any more
	sipRepeats    = 12   // so often a telephone sends a request within half a minute (RFC 3261, 17.1.2.2: 11 times)
	sipFloodNames = sipNames
)

// sipFlood tells of those who drown an exchange in requests. After a power cut a thousand honest telephones ask within
// seconds, of an exchange that starts too: each comes back with its password, or asks a few times in a minute and waits. Who
// asks for many names is a scanner, and told as one.
type sipFlood struct {
	line      *telephone.Line
	exchanges *memory[netip.Addr, drowned]
	sources   *memory[caller, distinct] // the names that each asked for
}

// drowned is what one exchange is asked for to no end.
type drowned struct {
	unmeant, unheard tally
	sources          variety
	told             time.Time
	tellings         tally
}

func newSIPFlood(l *telephone.Line) *sipFlood {
	return &sipFlood{
		line: l, exchanges: newMemory[netip.Addr, drowned](sipFloods, sipFloodTime),
		sources: newMemory[caller, distinct](sipSources, sipFloodTime),
	}
}

// settled takes an attempt that came to its end.
func (s *sipFlood) settled(at time.Time, a *telephone.Attempt, emit func(abri.Finding)) {
	if a.Outcome == telephone.Accepted || a.Tries > 0 || !strange(s.line, a) {
		return
	}
	names := s.sources.touch(at, caller{a.Source.Addr(), a.Exchange.Addr()})
	names.add(a.User)
	unheard := max(0, a.Requests-sipRepeats)
	unmeant := 0
	switch {
	case a.CameBack():
	case a.Outcome == telephone.Ignored:
		unheard++
	case names.count() < sipFloodNames:
		unmeant = 1
	}
	if unheard+unmeant == 0 {
		return
	}
	x := s.exchanges.touch(at, a.Exchange.Addr())
	n, m := x.unmeant.addMany(at, sipFloodTime, unmeant), x.unheard.addMany(at, sipFloodTime, unheard)
	x.sources.add(at, sipFloodTime, number(a.Source.Addr()))
	if n < sipUnmeant && m < sipUnheard {
		return
	}
	if sources := x.sources.count(); due(at, &x.told) || sources >= floodSources && x.tellings.add(at, again) <= floodTold {
		emit(about(s.line, at, a, abri.Flood, "packets", n+m, "seconds", seconds(sipFloodTime), "sources", sources))
	}
}
