package policy

import (
	"net/netip"
	"slices"
	"time"

	"abri.example/abri"
)

// Measure is what is done about a finding: a Verdict, and of a ban what it is of. Block is of the one conversation in
// which it was found; a ban ends that one too. A ban with a Door is by source and service: all else of the address passes.
// Spared says why less is done than could be.
type Measure struct {
	abri.Verdict
	Kind   abri.Kind
	Prefix netip.Prefix
	Door   abri.Door
	Spared Spared
}

// Spared is why a measure is milder than the attack alone would ask for, "" when it is not.
type Spared string

// The reasons, in the order in which they are asked.
const (
	SparedNoise    Spared = "noise"      // a lone probe, a research scanner
	SparedTrusted  Spared = "trusted"    // a person's choice
	SparedExempt   Spared = "released"   // a person's choice
	SparedGuarded  Spared = "guarded"    // a gateway, a resolver, the telephone operator, a service that no site can do without
	SparedNever    Spared = "never"      // an exception of the configuration
	SparedInside   Spared = "inside"     // both ends stand here: a person isolates
	SparedOwn      Spared = "own"        // the site's own address, forged or come back to it by its router
	SparedService  Spared = "service"    // detectors only tell about this service
	SparedTold     Spared = "told"       // nothing is done about the kind
	SparedForged   Spared = "forged"     // nothing proves that the address is the attacker's
	SparedTrial    Spared = "trial"      // the rule still observes
	SparedStanding Spared = "standing"   // it is banned already
	SparedShared   Spared = "shared"     // others stand behind the address: by source and service
	SparedDepot    Spared = "depot"      // a service to which sites bring large files in trade: a person is asked
	SparedHours    Spared = "open-hours" // people work: by source and service; what leaves is told only
	SparedNarrow   Spared = "narrow"     // the far end is not the attacker, or not he alone: at most this conversation
)

// onlyThis are the kinds of which the one conversation is blocked and nobody is banned: a program that harms mostly lies on
// an honest site that was broken into, and all else there is wanted; who asks for it again is cut again. And of who keeps a
// server busy the connections that get nowhere are ended, while he is given no other: others may call by his address.
var onlyThis = map[abri.Kind]bool{abri.MalwareDownload: true, abri.SlowDoS: true}

// Does is what a rule that acts does about a finding of a kind: ActBan, ActBlock of the one conversation, or ActObserve where
// it only tells.
func Does(k abri.Kind) abri.Action {
	switch {
	case stances[k] == tells:
		return abri.ActObserve
	case onlyThis[k]:
		return abri.ActBlock
	}
	return abri.ActBan
}

// Decide says what is done about a finding under a policy. A ban that it gives is noted as given.
func (m *Measures) Decide(p *Policy, at time.Time, f abri.Finding) Measure {
	x := Measure{Verdict: p.Decide(at, f), Kind: f.Kind}
	if x.Action == abri.ActPass {
		x.Spared = SparedTrusted
		if f.Noise {
			x.Spared = SparedNoise
		}
		return x
	}
	x.Action = abri.ActObserve
	if x.Spared = m.spares(p, at, f); x.Spared != "" {
		return x
	}
	who := Neighbourhood(f.Outside)
	many := m.shared(at, f, who)
	t := m.trials[f.Kind]
	if !t.Acts() {
		m.watch(t, at, who, many)
		x.Spared = SparedTrial
		return x
	}
	if p.mode != abri.Protect {
		m.watch(t, at, who, many)
		return x
	}
	if f.Narrow || onlyThis[f.Kind] {
		x.Action, x.Spared = abri.ActBlock, SparedNarrow
		return x
	}
	return m.ban(x, at, f, who, many)
}

// spares gives the reason for which nobody is banned whatever the rule, "" for none.
func (m *Measures) spares(p *Policy, at time.Time, f abri.Finding) Spared {
	_, exempt := p.exempt.find(f.Outside, at)
	switch {
	case f.Direction == abri.LAN || private(f.Outside) && !shared.Contains(f.Outside):
		return SparedInside
	case exempt:
		return SparedExempt
	case m.guards(p, f.Outside, at):
		return SparedGuarded
	case m.own(f.Outside, at):
		return SparedOwn
	case inAny(m.options.Never, f.Outside):
		return SparedNever
	case slices.Contains(m.options.Observed, f.Service):
		return SparedService
	case stances[f.Kind] == tells, f.Why.Rule != abri.Rule(f.Kind), f.Direction == abri.Out && f.Service == abri.DNS:
		return SparedTold // names have their own rules, and who is asked for names is asked by all
	case bulk(f) && m.depot(f.Outside, at) != "":
		return SparedDepot
	case f.Kind == abri.Exfiltration && m.options.Hours.Working(at):
		return SparedHours // a person who sends a film to a printing house looks the same, and is there to be asked
	case f.Direction == abri.In && f.Proto == "tcp" && !f.Narrow && !m.met.find(Neighbourhood(f.Outside)).proven(at):
		return SparedForged
	}
	return ""
}

// shared reports whether others than the attacker stand behind the far end's address. That a device of the site calls it
// says so of one that comes, but not of one that is attacked by calling it.
func (m *Measures) shared(at time.Time, f abri.Finding, who netip.Prefix) bool {
	return inAny(m.options.Shared, f.Outside) || shared.Contains(f.Outside) ||
		f.Direction == abri.In && m.met.find(who).shared(at, f.Service)
}

// Unproven reports whether a measure waits for nothing but the proof that the attacker has its address, which the server's
// next word may bring.
func (x Measure) Unproven() bool { return x.Spared == SparedForged }

// watch notes whom a rule would have stopped, once a day each.
func (m *Measures) watch(t *Trial, at time.Time, who netip.Prefix, shared bool) {
	last := m.watched.touch(who)
	if !last.IsZero() && at.Sub(*last) < 24*time.Hour {
		return
	}
	*last = at
	t.would(who, shared)
}

// ban gives the ban. By source and service are those of shared addresses, in opening hours, of what has no handshake
// (anybody can send it in another's name, and one door is the most that such a forger closes), and of far ends that a
// device of the site calls, which may have other doors.
func (m *Measures) ban(x Measure, at time.Time, f abri.Finding, who netip.Prefix, many bool) Measure {
	x.Action, x.Prefix = abri.ActBan, who
	switch {
	case many:
		x.Door, x.Spared = f.DoorOf(), SparedShared
	case m.options.Hours.Open(at):
		x.Door, x.Spared = f.DoorOf(), SparedHours
	case f.Proto != "tcp" || f.Direction == abri.Out:
		x.Door = f.DoorOf()
	}
	o := m.offenders.touch(who)
	o.Prefix = who
	if o.standing(at, x.Door) {
		x.Until, x.Spared = o.Until, SparedStanding
		return x
	}
	x.Until = o.ban(at, x.Door, m.trials[f.Kind].shorter(at))
	return x
}
