// Package policy decides: findings, lists and people's choices, and the mode → a verdict and its why.
//
// The order is that of the gate, and both ends of a conversation are looked at in each step: trusted → bans →
// exempt → lists. The words that are not the same: trusted, nothing applies; exempt, lists don't apply to that address,
// but to the other end; guarded, never taken from a list, while detectors still watch it. The first two are a
// person's choice.
//
// A listed address that began is an attack on its way in; one that a device of the site called is one on its way
// out. Lists never speak of private addresses, nor of conversations that stay within the site. In watch-only
// the verdict is observe where it would be block.
//
// The room has no clock, disk or network, and keeps nothing: package gate enforces, package count counts. Imports: the
// root and flow.
package policy

import (
	"net/netip"
	"time"

	"abri.example/abri"
)

// Entry is one address or network that a person, or the box, put on one of the four lists.
type Entry struct {
	Prefix netip.Prefix
	Until  time.Time // zero is for ever
	Why    abri.Why  // further evidence; Rule and Entry are set by New
	Door   abri.Door // of a ban: what is stopped of the prefix, one address or an IPv6 /64; zero: all
	Kind   abri.Kind // of a ban by a detector: what it was for. What it stops is more of the same attack
}

// Options is what a Policy is made of.
type Options struct {
	Mode     abri.Mode
	Listings abri.Listings // nil is no list
	Trusted  []Entry
	Bans     []Entry
	Exempt   []Entry
	Guarded  []Entry
	// Guard tells whose service stands at an address that no site can do without, such as feed.Guard.Address. It must be
	// safe for concurrent use; nil knows none. Lists were read without them; no measure is taken against one.
	Guard func(netip.Addr) (owner string, ok bool)
	// Scanner tells whether an address is of a research scanner that says who it is. A listed one is stopped like any
	// other, but is noise. It must be safe for concurrent use; nil knows none.
	Scanner func(netip.Addr) (who string, ok bool)
}

// Policy is what holds at one moment. It never changes: a change of mode, lists or choices makes a new one. It is safe
// for concurrent use.
type Policy struct {
	mode     abri.Mode
	listings abri.Listings
	trusted  set
	bans     set
	narrow   doors
	exempt   set
	guarded  set
	guard    func(netip.Addr) (string, bool)
	scanner  func(netip.Addr) (string, bool)
}

// New makes a Policy. It refuses, with CodeInvalid, a mode that is none and a prefix that is invalid.
func New(o Options) (*Policy, error) {
	if !o.Mode.Valid() {
		return nil, &abri.Error{
			Code:   abri.CodeInvalid,
			Place:  "mode",
			What:   "unknown mode " + string(o.Mode),
			Remedy: "use observe or protect",
		}
	}
	p := &Policy{mode: o.Mode, listings: o.Listings, guard: o.Guard, scanner: o.Scanner}
	for _, l := range []struct {
		rule    abri.Rule
		entries []Entry
		set     *set
	}{
		{abri.RuleTrusted, o.Trusted, &p.trusted},
		{abri.RuleBan, o.Bans, &p.bans},
		{abri.RuleExempt, o.Exempt, &p.exempt},
		{abri.RuleGuarded, o.Guarded, &p.guarded},
	} {
		whole, narrow := byDoor(l.entries)
		if l.rule == abri.RuleBan {
			p.narrow = newDoors(narrow)
		}
		s, err := newSet(l.rule, whole)
		if err != nil {
			return nil, err
		}
		*l.set = s
	}
	return p, nil
}

// Mode is the mode the Policy decides in.
func (p *Policy) Mode() abri.Mode { return p.mode }

// Decide gives the verdict on what a detector found. Lists have no say in it, so neither has an exemption: only trust
// in one of the ends lets it pass. Noise passes, with its reason.
func (p *Policy) Decide(at time.Time, f abri.Finding) abri.Verdict {
	for _, a := range []netip.Addr{f.Outside, f.Inside} {
		if e, ok := p.trusted.find(a, at); ok {
			return abri.Verdict{Action: abri.ActPass, Why: e.Why}
		}
	}
	if f.Noise {
		return abri.Verdict{Action: abri.ActPass, Why: f.Why}
	}
	return abri.Verdict{Action: p.action(), Why: f.Why}
}

// action is what is done with what should be stopped.
func (p *Policy) action() abri.Action {
	if p.mode == abri.Protect {
		return abri.ActBlock
	}
	return abri.ActObserve
}
