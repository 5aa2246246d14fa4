package policy

import (
	"net/netip"
	"slices"
	"time"

	"abri.example/abri"
	"abri.example/abri/depot"
)

// holding is a depot that stands at an address, and when a resolver last said so.
type holding struct {
	use depot.Use
	at  time.Time
}

// Holds notes that a depot stands at an address now, as a resolver says. It is believed for as long as an acquaintance.
func (m *Measures) Holds(a netip.Addr, use depot.Use, at time.Time) {
	if private(a) {
		return
	}
	x := m.met.touch(Neighbourhood(a))
	x.holds = holding{use, later(x.holds.at, at)}
}

// depot is what the depot is for that stands at an address, none where none does.
func (m *Measures) depot(a netip.Addr, at time.Time) depot.Use {
	if x := m.met.find(Neighbourhood(a)); x != nil && at.Sub(x.holds.at) <= knownFor {
		return x.holds.use
	}
	return ""
}

// Daily reports whether what was found is people's daily work, of which nobody need be told: while they work a device
// brings much to where people keep, show and hand on files. A thief who does the same is not seen.
func (m *Measures) Daily(at time.Time, f abri.Finding) bool {
	return bulk(f) && m.options.Hours.Working(at) && m.depot(f.Outside, at) == depot.Desk
}

// bulk reports whether a finding of exfiltration rests on nothing but how much left, and not on the words of a thief.
func bulk(f abri.Finding) bool {
	return f.Kind == abri.Exfiltration && !slices.ContainsFunc(f.Why.Evidence, func(e abri.Evidence) bool { return e.Name == "sign" })
}
