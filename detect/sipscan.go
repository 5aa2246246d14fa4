package detect

import (
	"net/netip"
	"time"

	"abri.example/abri"
	"abri.example/abri/packet"
	"abri.example/abri/telephone"
	"abri.example/abri/telephone/sip"
)

// The bars of sipScan, for one source within sipScanTime. The reasons are in docs/detection.md.
const (
	sipSources  = 4096
	sipScanTime = 24 * time.Hour
	sipDoors    = 5  // exchanges asked that did not let it in; or
	sipNames    = 20 // names that it asked for and came back for none, or that nobody has
	sipOutward  = 20 // exchanges outside that a device here asks in vain
)

// sipScan tells of those who look for exchanges, and for the names of telephones. Who works for a site comes back with a
// password when he is asked for one.
type sipScan struct {
	line    *telephone.Line
	sources *memory[netip.Addr, sipSearch]
}

// sipSearch is what one source looked for.
type sipSearch struct {
	doors variety
	names distinct // within the same time
	told  time.Time
}

func newSIPScan(l *telephone.Line) *sipScan {
	return &sipScan{line: l, sources: newMemory[netip.Addr, sipSearch](sipSources, sipScanTime)}
}

// settled takes an attempt that came to its end.
func (s *sipScan) settled(at time.Time, a *telephone.Attempt, emit func(abri.Finding)) {
	if a.Outcome == telephone.Accepted || a.Tries > 0 || s.line.Operators.Has(a.Source.Addr()) || s.line.Operators.Has(a.Exchange.Addr()) {
		return
	}
	out := !a.Inward && !a.Local
	if a.Method == sip.Subscribe && s.line.Extensions.Houses(at, a.Source.Addr()) {
		return // a telephone watches whether others are busy
	}
	x := s.sources.touch(at, a.Source.Addr())
	x.doors.add(at, sipScanTime, door(a.Exchange.Addr(), a.Exchange.Port()))
	if x.doors.n == 1 {
		x.names = distinct{}
	}
	if a.Outcome != telephone.Ignored && !out {
		x.names.add(a.User)
	}
	doors, names := x.doors.count(), x.names.count()
	if (doors < sipDoors || out && doors < sipOutward) && names < sipNames || !due(at, &x.told) {
		return
	}
	f := about(s.line, at, a, abri.SIPScan, "exchanges", doors, "names", names, "seconds", seconds(at.Sub(x.doors.began)))
	if out {
		f.Direction, f.Port, f.Proto = abri.Out, a.Exchange.Port(), packet.ProtoName(a.Proto)
	}
	emit(f)
}
