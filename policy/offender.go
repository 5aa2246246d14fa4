package policy

import (
	"net/netip"
	"slices"
	"time"

	"abri.example/abri"
)

// Offender is who was banned by a rule: an address, or an IPv6 /64, which is what one customer has.
type Offender struct {
	Prefix netip.Prefix
	Times  int         // that it was banned, less one for each month of quiet, less all at a release
	Last   time.Time   // when it was last banned
	Until  time.Time   // when that ban ends
	Doors  []abri.Door // that it is banned at; none: all
}

// mostDoors bounds the doors that one offender is banned at.
const mostDoors = 16

// standing reports whether the offender is banned at the door already.
func (o *Offender) standing(at time.Time, d abri.Door) bool {
	return at.Before(o.Until) && (len(o.Doors) == 0 || len(o.Doors) >= mostDoors || slices.Contains(o.Doors, d))
}

// ladder is how long a ban lasts by how often there was one before: long enough that trying on is no use, short enough
// that who takes over the address next week does not find it closed.
var ladder = [...]time.Duration{time.Hour, 4 * time.Hour, 24 * time.Hour, 7 * 24 * time.Hour}

// A month of quiet takes one time back; no ban of a rule is shorter than this.
const (
	quietMonth  = 30 * 24 * time.Hour
	shortestBan = 10 * time.Minute
)

// fade takes back what quiet has earned.
func (o *Offender) fade(at time.Time) {
	for o.Times > 0 && at.Sub(o.Last) >= quietMonth {
		o.Times--
		o.Last = o.Last.Add(quietMonth)
	}
}

// lasts is how long the next ban is, halved as often as releases of its rule ask for.
func (o *Offender) lasts(halved int) time.Duration {
	d := ladder[min(o.Times, len(ladder)-1)] >> halved
	return max(d, shortestBan)
}

// ban notes a ban at a door (the zero Door: at all) from a time on, and gives its end.
func (o *Offender) ban(at time.Time, d abri.Door, halved int) time.Time {
	o.fade(at)
	if at.Before(o.Until) && d != (abri.Door{}) { // another door of a ban that stands, until its end
		o.Doors = append(slices.Clone(o.Doors), d)
		return o.Until
	}
	o.Doors = nil
	if d != (abri.Door{}) {
		o.Doors = []abri.Door{d}
	}
	o.Until = at.Add(o.lasts(halved))
	o.Times++
	o.Last = at
	return o.Until
}

// Neighbourhood is what a ban of an address is of: itself, or its /64 of IPv6. An invalid address gives an invalid
// prefix.
func Neighbourhood(a netip.Addr) netip.Prefix {
	a = a.Unmap().WithZone("")
	bits := a.BitLen()
	if a.Is6() {
		bits = 64
	}
	p, err := a.Prefix(bits)
	if err != nil {
		return netip.Prefix{}
	}
	return p
}
