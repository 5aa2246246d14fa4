package reader

import (
	"slices"
	"time"

	abri "abri.example/abri"
	"abri.example/abri/box/library"
	"abri.example/abri/box/order"
	"abri.example/abri/weather"
)

// A kernel that has not answered for this long proves nothing; ports that were silent for so long give no data.
const (
	proofAge = 10 * time.Second
	dataAge  = 10 * time.Minute
)

// proof is whether the box sees anything, and whether the kernel proves that it filters: it answered just now, its
// program stands on every port, it holds what the lists want, and they want something where any are given. mu is held.
func (r *Reader) proof(now time.Time) weather.Proof {
	k := &r.kernel
	p := weather.Proof{Data: true, Filter: true}
	lose := func(what *bool, why string) {
		*what, p.Reason = false, why
	}
	switch {
	case k.at.IsZero() || now.Sub(k.at).Abs() > proofAge:
		lose(&p.Filter, silent)
	case len(k.Ports) == 0:
		lose(&p.Filter, string(order.PortBare))
	case faulty(k.Ports) != nil:
		port := faulty(k.Ports)
		lose(&p.Filter, string(port.Fault)+"-"+port.Side)
	case slices.ContainsFunc(k.Ports, func(x order.Port) bool { return x.Program != k.Ports[0].Program }):
		lose(&p.Filter, "two-programs") // one of the ports filters by rules of another box, or of an earlier one
	case k.drifts(k.Counters):
		lose(&p.Filter, "drift")
	case k.Mode != r.mode:
		lose(&p.Filter, "mode")
	case r.proven.failed != "":
		lose(&p.Filter, "self-test")
	case r.set == nil:
		lose(&p.Filter, "no-lists-yet")
	case r.mode == abri.Protect && idle(r.lists):
		lose(&p.Filter, "no-entries")
	}
	if at := r.contact(); at.IsZero() || now.Sub(at).Abs() > dataAge {
		lose(&p.Data, "no-packets")
	}
	for _, port := range k.Ports {
		if !port.Up {
			lose(&p.Data, "no-cable-"+port.Side)
		}
	}
	return p
}

// contact is when something was last known to cross: by the kernel's counters, or by what was told of it. mu is held.
func (r *Reader) contact() time.Time {
	if r.lastSeen.After(r.kernel.moved) {
		return r.lastSeen
	}
	return r.kernel.moved
}

// idle reports whether lists are there to stop somebody, and none of them stops anybody.
func idle(lists []library.Report) bool {
	wanted := false
	for _, l := range lists {
		if l.Enforced && l.Entries > 0 {
			return false
		}
		wanted = wanted || !l.Observe
	}
	return wanted
}
