package telephone

import (
	"maps"
	"net/netip"
	"slices"
	"time"
)

// Operator is one server of the telephone operator, and how that is known: a device inside registered there with its
// password, or the exchange had calls carried by it.
type Operator struct {
	Address       netip.Addr
	First, Last   time.Time
	Registrations int // accepted
	Calls         int // carried, from inside to numbers outside
}

// Operators are those of the site. They are never blocked or banned: whoever takes the operator for an attacker cuts the
// site off from the numbers of help. So only what devices inside chose makes one, never what comes from outside.
type Operators struct {
	told    []netip.Prefix
	learnt  []Operator
	devices map[netip.Addr]time.Time // of the site, that telephone by them: when last
}

// How many are learnt at most, for how long one that is not used stays, and how many carried calls make one that nobody
// registers with.
const (
	mostOperators = 64
	operatorStays = 90 * 24 * time.Hour
	carriedCalls  = 3
	mostDevices   = 256
)

// Has reports whether an address is the operator's.
func (o *Operators) Has(a netip.Addr) bool {
	a = a.Unmap()
	for _, p := range o.told {
		if p.Contains(a) {
			return true
		}
	}
	return slices.ContainsFunc(o.learnt, func(x Operator) bool { return x.Address == a && x.proven() })
}

// Tell says by a person's word which are the operator's from now on; what was learnt stays.
func (o *Operators) Tell(told []netip.Prefix) { o.told = told }

// Learnt are those that were learnt and are proven, in the order they were first seen.
func (o *Operators) Learnt() []Operator {
	var proven []Operator
	for _, x := range o.learnt {
		if x.proven() {
			proven = append(proven, x)
		}
	}
	return proven
}

// Recall takes up what an earlier life learnt.
func (o *Operators) Recall(known []Operator) {
	for _, x := range known {
		if len(o.learnt) < mostOperators && !slices.ContainsFunc(o.learnt, func(y Operator) bool { return x.Address == y.Address }) {
			o.learnt = append(o.learnt, x)
		}
	}
}

func (x Operator) proven() bool { return x.Registrations > 0 || x.Calls >= carriedCalls }

// of is what is remembered of an address outside, new where nothing is; nil when there is no room.
func (o *Operators) of(at time.Time, a netip.Addr) *Operator {
	a = a.Unmap()
	if i := slices.IndexFunc(o.learnt, func(x Operator) bool { return x.Address == a }); i >= 0 {
		o.learnt[i].Last = at
		return &o.learnt[i]
	}
	o.learnt = slices.DeleteFunc(o.learnt, func(x Operator) bool {
		return at.Sub(x.Last) > operatorStays || !x.proven() && len(o.learnt) >= mostOperators
	})
	if len(o.learnt) >= mostOperators {
		return nil
	}
	o.learnt = append(o.learnt, Operator{Address: a, First: at, Last: at})
	return &o.learnt[len(o.learnt)-1]
}

// registered notes that the server took a registration with a password from inside.
func (o *Operators) registered(at time.Time, a netip.Addr) {
	if x := o.of(at, a); x != nil {
		x.Registrations++
	}
}

// carried notes that the server carried a call from inside.
func (o *Operators) carried(at time.Time, a netip.Addr) {
	if x := o.of(at, a); x != nil {
		x.Calls++
	}
}

// Devices are those of the site that telephone by an operator: exchanges, and telephones that have none.
func (o *Operators) Devices() []netip.Addr {
	return slices.SortedFunc(maps.Keys(o.devices), netip.Addr.Compare)
}

// RecallDevice takes up one that an earlier life knew.
func (o *Operators) RecallDevice(at time.Time, a netip.Addr) { o.telephones(at, a) }

// telephones notes that a device of the site telephones by an operator. Where there are too many the one that did not for
// longest goes.
func (o *Operators) telephones(at time.Time, a netip.Addr) {
	if o.devices == nil {
		o.devices = map[netip.Addr]time.Time{}
	}
	if _, known := o.devices[a]; !known && len(o.devices) >= mostDevices {
		oldest := a
		for k, last := range o.devices {
			if oldest == a || last.Before(o.devices[oldest]) {
				oldest = k
			}
		}
		delete(o.devices, oldest)
	}
	o.devices[a] = at
}
