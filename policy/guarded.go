package policy

import (
	"net/netip"
	"time"

	"abri.example/abri"
	"abri.example/abri/flow"
)

// Guards reports whether no measure is taken against an address, whoever attacks from there or is called there: the
// gateway, the resolvers, the telephone operator, and the services that no site can do without. A forger, or one sick
// device, could else have a town hall cut off from its mail or from the State.
func (p *Policy) Guards(a netip.Addr, at time.Time) bool {
	if _, ok := p.guarded.find(a, at); ok {
		return true
	}
	if p.guard == nil {
		return false
	}
	_, ok := p.guard(a)
	return ok
}

// Stands notes that a guarded name stands at an address now, as a resolver says: banks and the State are guarded by name,
// and move. It is believed for as long as an acquaintance.
func (m *Measures) Stands(a netip.Addr, at time.Time) {
	if private(a) {
		return
	}
	x := m.met.touch(Neighbourhood(a))
	x.guarded = later(x.guarded, at)
}

// guards reports whether an address is guarded, by itself or by the name that stands there.
func (m *Measures) guards(p *Policy, a netip.Addr, at time.Time) bool {
	return p.Guards(a, at) || m.met.find(Neighbourhood(a)).guards(at)
}

func (a *acquaintance) guards(at time.Time) bool { return a != nil && at.Sub(a.guarded) <= knownFor }

// own reports whether an address is one of the site's: a machine here spoke from it (or from its /64).
func (m *Measures) own(a netip.Addr, at time.Time) bool {
	x := m.met.find(Neighbourhood(a))
	return x != nil && at.Sub(x.ours) <= knownFor
}

// lives notes the public address of a machine of the site, which a packet of its own proves: it came by the inside port.
func (m *Measures) lives(f *flow.Flow) {
	spoke := f.Direction == abri.Out && f.Asked() || f.Direction == abri.In && proves(f)
	if !spoke || private(f.Inside) || !f.Inside.IsValid() {
		return
	}
	who := Neighbourhood(f.Inside)
	if x := m.met.find(who); x == nil || f.Last.Sub(x.ours) >= time.Minute {
		x = m.met.touch(who)
		x.ours = later(x.ours, f.Last)
	}
}
