package policy

import (
	"net/netip"
	"time"

	"abri.example/abri"
	"abri.example/abri/flow"
)

// Judge sets the verdict of a new flow from people's choices and the lists, and the finding it rests on: the zero
// Finding when the flow passes. What detectors find later is Decide's.
func (p *Policy) Judge(at time.Time, f *flow.Flow) {
	f.Judged = true
	f.Judgement = passed
	ends := [2]netip.Addr{f.Outside, f.Inside}
	for _, a := range ends {
		if e, ok := p.trusted.find(a, at); ok {
			f.Judgement = pass(e)
			return
		}
	}
	for _, a := range ends {
		if e, ok := p.bans.find(a, at); ok {
			l, _ := p.find(a)
			p.stop(at, f, a, l, e)
			return
		}
	}
	for _, a := range ends {
		if e, ok := p.narrow.find(a, at, doorOf(f, a)); ok {
			l, _ := p.find(a)
			p.stop(at, f, a, l, e)
			return
		}
	}
	if f.Direction == abri.LAN {
		return
	}
	for _, a := range ends {
		l, ok := p.find(a)
		if !ok {
			continue
		}
		if e, spared := p.spared(at, a); spared {
			f.Judgement = pass(e)
			continue
		}
		p.stop(at, f, a, l, Entry{Why: l.Why})
		return
	}
}

// passed is the judgement of what nobody spoke about.
var passed = &flow.Judgement{Verdict: abri.Verdict{Action: abri.ActPass}}

// pass is the judgement of what passes by a person's choice.
func pass(e Entry) *flow.Judgement {
	return &flow.Judgement{Verdict: abri.Verdict{Action: abri.ActPass, Why: e.Why}}
}

// find looks an address up in the lists. Private addresses stand on none, whatever a list says.
func (p *Policy) find(a netip.Addr) (abri.Listing, bool) {
	if p.listings == nil || private(a) {
		return abri.Listing{}, false
	}
	return p.listings.Find(a)
}

// spared reports whether lists don't apply to the address, and by which entry.
func (p *Policy) spared(at time.Time, a netip.Addr) (Entry, bool) {
	if e, ok := p.exempt.find(a, at); ok {
		return e, true
	}
	return p.guarded.find(a, at)
}

// stop writes the verdict on a flow that the address a, one of its ends, brought to a stop. What stands on a list is never
// taken for home by a guess: then the other end is.
func (p *Policy) stop(at time.Time, f *flow.Flow, a netip.Addr, l abri.Listing, e Entry) {
	k := e.Kind
	if k == "" {
		k = kind(l, a == f.Client.Addr())
	}
	x := f.FindingOf(k, at, e.Why)
	if f.Guessed && a == f.Inside {
		x.Direction, x.Outside, x.Inside = abri.Out, f.Inside, f.Outside
	}
	if p.scanner != nil && x.Direction == abri.In {
		_, x.Noise = p.scanner(f.Outside)
	}
	f.Judgement = &flow.Judgement{Verdict: abri.Verdict{Action: p.action(), Until: e.Until, Why: e.Why}, Finding: x}
}

// kind is what a conversation with a stopped address is, by who began it. A banned address that no list holds is taken
// for what lists usually say.
func kind(l abri.Listing, began bool) abri.Kind {
	switch {
	case began && l.Inward != "":
		return l.Inward
	case began:
		return abri.KnownAttacker
	case l.Outward != "":
		return l.Outward
	}
	return abri.KnownDestination
}

// shared is the space of operators' translation, RFC 6598.
var shared = netip.MustParsePrefix("100.64.0.0/10")

// private reports whether an address means another machine in every network, so that no list can speak of it.
func private(a netip.Addr) bool {
	return a.IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast() || a.IsMulticast() || a.IsUnspecified() ||
		shared.Contains(a)
}
