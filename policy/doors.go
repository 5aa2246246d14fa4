package policy

import (
	"net/netip"
	"time"

	"abri.example/abri"
	"abri.example/abri/flow"
)

// doors are the bans by source and service. It is never written after newDoors.
type doors map[doorKey]Entry

type doorKey struct {
	prefix netip.Prefix
	door   abri.Door
}

// byDoor parts entries with a door from those of whole prefixes.
func byDoor(entries []Entry) (whole, narrow []Entry) {
	for _, e := range entries {
		if e.Door == (abri.Door{}) {
			whole = append(whole, e)
		} else {
			narrow = append(narrow, e)
		}
	}
	return whole, narrow
}

// newDoors makes the bans at doors; one whose prefix is neither an address nor a /64 of IPv6 holds nobody.
func newDoors(entries []Entry) doors {
	d := doors{}
	for _, e := range entries {
		e.Prefix = e.Prefix.Masked()
		e.Why.Rule, e.Why.Entry = abri.RuleBan, e.Prefix
		key := doorKey{e.Prefix, e.Door}
		if other, ok := d[key]; !ok || !lasts(other.Until, e.Until) {
			d[key] = e
		}
	}
	return d
}

// find gives the ban of an address at a door that has not run out.
func (d doors) find(a netip.Addr, at time.Time, door abri.Door) (Entry, bool) {
	if len(d) == 0 {
		return Entry{}, false
	}
	a = a.Unmap()
	for _, p := range []netip.Prefix{netip.PrefixFrom(a, a.BitLen()), Neighbourhood(a)} {
		if e, ok := d[doorKey{p, door}]; ok && (e.Until.IsZero() || at.Before(e.Until)) {
			return e, true
		}
	}
	return Entry{}, false
}

// doorOf is the door of a flow as it is seen from one of its ends: the server has it.
func doorOf(f *flow.Flow, a netip.Addr) abri.Door {
	return abri.Door{Proto: f.Proto, Port: f.Port, Far: a == f.Server.Addr()}
}
