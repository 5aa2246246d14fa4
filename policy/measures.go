package policy

import (
	"cmp"
	"maps"
	"net/netip"
	"slices"
	"time"

	"abri.example/abri"
)

// MeasureOptions say how measures are taken. The zero value takes the defaults.
type MeasureOptions struct {
	Trial    time.Duration // how long a rule is on trial; 7 days
	ByPeople bool          // only people promote
	Observed []abri.Service
	Never    []netip.Prefix // no rule bans these
	Shared   []netip.Prefix // addresses that many share: mobile operators, VPNs, offices behind one
	Hours    Hours          // while people work, a ban is by source and service
}

const trialLasts = 7 * 24 * time.Hour

// Measures turns findings into measures, and remembers what it needs for that: how far each rule is trusted, who was
// banned before, with whom the site speaks. It is a pure function of what it was given and of time, and bounded. It is
// not safe for concurrent use.
type Measures struct {
	options   MeasureOptions
	trials    map[abri.Kind]*Trial
	offenders *recent[netip.Prefix, Offender]
	watched   *recent[netip.Prefix, time.Time] // whom rules on trial would have stopped, and when
	met       *recent[netip.Prefix, acquaintance]
}

// NewMeasures begins at a time; every rule's trial begins then, but for those that Restore brings back.
func NewMeasures(at time.Time, o MeasureOptions) *Measures {
	m := &Measures{
		trials:    map[abri.Kind]*Trial{},
		offenders: newRecent[netip.Prefix, Offender](remembered),
		watched:   newRecent[netip.Prefix, time.Time](remembered),
		met:       newRecent[netip.Prefix, acquaintance](remembered),
	}
	for k := range stances {
		m.trials[k] = begin(k, at)
	}
	m.Use(o)
	return m
}

// Use takes other options from now on.
func (m *Measures) Use(o MeasureOptions) {
	if o.Trial <= 0 {
		o.Trial = trialLasts
	}
	m.options = o
}

// Tick promotes the rules whose trial is over, and gives them.
func (m *Measures) Tick(now time.Time) (promoted []Trial) {
	for _, t := range m.trials {
		if !m.options.ByPeople && t.ripe(now, m.options.Trial) {
			t.promote(now, ByItself)
			promoted = append(promoted, *t)
		}
	}
	return promoted
}

// Promote has a rule act from now on, by a person's word; Observe has it watch until a person promotes it. CodeNotFound
// for a kind about which nothing is done.
func (m *Measures) Promote(at time.Time, k abri.Kind, by string) error {
	t, err := m.trial(k)
	if err == nil {
		t.promote(at, by)
	}
	return err
}

// Observe has a rule watch until a person promotes it: see Promote.
func (m *Measures) Observe(k abri.Kind, by string) error {
	t, err := m.trial(k)
	if err == nil {
		t.observe(by)
	}
	return err
}

func (m *Measures) trial(k abri.Kind) (*Trial, error) {
	if t := m.trials[k]; t != nil {
		return t, nil
	}
	return nil, &abri.Error{Code: abri.CodeNotFound, Place: string(k), What: "no rule that bans has this name", Remedy: "`abri measures` lists them"}
}

// Released notes that a person took back a ban of a rule: what the offender did is forgiven, and the rule's bans shrink.
func (m *Measures) Released(at time.Time, p netip.Prefix, k abri.Kind) {
	m.offenders.each(func(who netip.Prefix, o *Offender) {
		if p.Overlaps(who) {
			*o = Offender{Prefix: who}
		}
	})
	if t := m.trials[k]; t != nil {
		t.released(at)
	}
}

// Trials gives how far each rule is trusted, those that act first, in the order of the kinds.
func (m *Measures) Trials() []Trial {
	out := make([]Trial, 0, len(m.trials))
	for _, t := range slices.Collect(maps.Values(m.trials)) {
		out = append(out, *t)
	}
	slices.SortFunc(out, func(a, b Trial) int {
		if a.Acts() != b.Acts() {
			return cmp.Compare(slices.Index([]bool{true, false}, a.Acts()), slices.Index([]bool{true, false}, b.Acts()))
		}
		return cmp.Compare(slices.Index(abri.Kinds, a.Kind), slices.Index(abri.Kinds, b.Kind))
	})
	return out
}

// Restore brings back what an earlier life knew. Trials of kinds that ban no more are left out.
func (m *Measures) Restore(trials []Trial, offenders []Offender) {
	for _, t := range trials {
		if m.trials[t.Kind] != nil {
			m.trials[t.Kind] = &t
		}
	}
	for _, o := range offenders {
		*m.offenders.touch(o.Prefix) = o
	}
}

// Offender gives what is known of who was banned.
func (m *Measures) Offender(p netip.Prefix) (Offender, bool) {
	o := m.offenders.find(p)
	if o == nil || o.Times == 0 {
		return Offender{}, false
	}
	return *o, true
}

func inAny(all []netip.Prefix, a netip.Addr) bool {
	return slices.ContainsFunc(all, func(p netip.Prefix) bool { return p.Contains(a.Unmap()) })
}
