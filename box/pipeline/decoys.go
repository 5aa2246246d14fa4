package pipeline

import (
	"net/netip"
	"slices"
	"time"

	"abri.example/abri"
	"abri.example/abri/count"
	"abri.example/abri/flow"
)

// decoys are the box's doors that lead nowhere, and who knocked there.
type decoys struct {
	doors []abri.Door
	told  map[knock]time.Time
}

// knock is a device at a decoy.
type knock struct {
	device netip.Addr
	door   abri.Door
}

// A knock is told once a minute, as other findings are; so many are remembered.
const (
	knockAgain  = time.Minute
	mostKnocks  = 4096
	decoyMarked = "decoy"
)

// SetDecoys says which doors of the box are decoys from now on.
func (p *Pipeline) SetDecoys(doors []abri.Door) { p.decoys.doors = doors }

// knocked tells of a device that comes to a decoy. Whoever it is has looked for it: nothing on the network names it.
func (p *Pipeline) knocked(at time.Time, f *flow.Flow) {
	door := abri.Door{Proto: f.Proto, Port: f.Port}
	if len(p.decoys.doors) == 0 || p.headers.Src != f.Client.Addr() || f.Server.Addr() != f.Outside || !slices.Contains(p.decoys.doors, door) {
		return
	}
	k := knock{f.Client.Addr(), door}
	if last, known := p.decoys.told[k]; known && at.Sub(last) < knockAgain {
		return
	}
	if p.decoys.told == nil || len(p.decoys.told) >= mostKnocks {
		p.decoys.told = map[knock]time.Time{}
	}
	p.decoys.told[k] = at
	x := f.FindingOf(abri.LateralMovement, at, abri.Why{Rule: abri.Rule(abri.LateralMovement), Evidence: []abri.Evidence{{Name: decoyMarked, Value: door.String()}}})
	x.Direction = abri.LAN
	if v := p.policy.Decide(at, x); v.Why.Rule != abri.RuleTrusted {
		p.counter.Add(at, count.Sighting{Finding: x, Outcome: abri.Observed, Attempts: 1})
	}
}
