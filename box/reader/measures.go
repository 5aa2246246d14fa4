package reader

import (
	"context"
	"net/netip"
	"slices"
	"time"

	abri "abri.example/abri"
	"abri.example/abri/box/config"
	"abri.example/abri/box/order"
	"abri.example/abri/policy"
	"abri.example/abri/store"
)

// bySelf is who decided what a detector asked for.
const bySelf = "abri"

// mostBans bounds the bans that wait for the keeper, mostOffenders those that are remembered over a restart.
const (
	mostBans      = 4096
	mostOffenders = 65_536
)

// Every how often what the measures know is written down.
const measuresEvery = time.Minute

// ban is one that a detector's finding asks for.
type ban struct {
	decision
	offender policy.Offender
}

// openMeasures makes the measures, with what an earlier life knew.
func (r *Reader) openMeasures(ctx context.Context, c *config.Config, now time.Time) {
	r.measures = policy.NewMeasures(now, measureOptions(c))
	s := r.record.opened()
	if s == nil {
		return
	}
	trials, err := s.Trials(ctx)
	r.record.did(err)
	offenders, err := s.Offenders(ctx, mostOffenders)
	r.record.did(err)
	known := make([]policy.Trial, len(trials))
	for i, t := range trials {
		known[i] = policy.Trial(t)
	}
	were := make([]policy.Offender, len(offenders))
	for i, o := range offenders {
		were[i] = policy.Offender(o)
	}
	r.measures.Restore(known, were)
	r.recallIsolated(ctx, s)
	for _, m := range r.met(ctx, 7) {
		r.measures.Known(m.Outside, now)
	}
}

// measureOptions are those of a configuration, which has checked them.
func measureOptions(c *config.Config) policy.MeasureOptions {
	m := c.Measures
	hours, _ := policy.ParseHours(m.Hours, c.Box.Location())
	return policy.MeasureOptions{Trial: m.Trial, ByPeople: m.ByPeople, Observed: m.Observed, Never: m.Never, Shared: m.Shared, Hours: hours}
}

// measure notes a ban that a finding asks for; the keeper is told elsewhere, because it may take its time. mu is held.
func (r *Reader) measure(f abri.Finding, x policy.Measure) {
	if len(r.bans) >= mostBans {
		return
	}
	why := abri.Why{Rule: abri.RuleBan, Entry: x.Prefix, Deed: abri.Rule(f.Kind), Evidence: f.Why.Evidence}
	if x.Door != (abri.Door{}) {
		why.Evidence = append([]abri.Evidence{{Name: "door", Value: x.Door.String()}}, why.Evidence...)
	}
	b := ban{decision: decision{choice: order.Ban, prefix: x.Prefix, door: x.Door, since: r.now(), until: x.Until, by: bySelf, why: why}}
	b.offender, _ = r.measures.Offender(x.Prefix)
	r.bans = append(r.bans, b)
	select {
	case r.banning <- struct{}{}:
	default:
	}
}

// banAll puts in force what detectors ask for, until ctx ends.
func (r *Reader) banAll(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-r.banning:
			r.banWaiting(ctx)
		}
	}
}

// banWaiting puts in force first, then judges by it, then writes down.
func (r *Reader) banWaiting(ctx context.Context) {
	r.mu.Lock()
	waiting := r.bans
	r.bans = nil
	now := r.now()
	r.mu.Unlock()
	waiting = slices.DeleteFunc(waiting, func(b ban) bool {
		if !b.stands(now) {
			return true
		}
		err := r.keeper.Decide(order.Decision{Choice: b.choice, Prefix: b.prefix, Door: b.door, For: b.until.Sub(now)})
		if err != nil {
			r.log.Warn("a detector's ban is not in force", "kind", b.why.Deed, "err", err)
		}
		return err != nil
	})
	if len(waiting) == 0 {
		return
	}
	again := map[what]bool{}
	for _, b := range waiting {
		again[b.what()] = true
	}
	r.mu.Lock()
	r.decided = slices.DeleteFunc(r.decided, func(d decision) bool { return again[d.what()] || !d.stands(now) })
	for _, b := range waiting {
		r.decided = append(r.decided, b.decision)
	}
	r.judgeAnew()
	r.mu.Unlock()
	r.writeBans(ctx, waiting)
}

func (r *Reader) writeBans(ctx context.Context, all []ban) {
	s := r.record.opened()
	if s == nil {
		return
	}
	var offenders []store.Offender
	for _, b := range all {
		if !r.record.did(s.Decide(ctx, store.Decision{Rule: abri.RuleBan, Prefix: b.prefix, Door: b.door, Until: b.until, By: b.by, At: b.since, Why: b.why})) {
			return
		}
		offenders = append(offenders, store.Offender(b.offender))
	}
	r.record.did(s.PutOffenders(ctx, offenders))
}

// forgive has the measures learn from a person who took a detector's ban back.
func (r *Reader) forgive(ctx context.Context, b decision) {
	if b.why.Deed == "" {
		return
	}
	r.mu.Lock()
	r.measures.Released(r.now(), b.prefix, abri.Kind(b.why.Deed))
	r.mu.Unlock()
	if s := r.record.opened(); s != nil {
		r.record.did(s.ForgetOffenders(ctx, []netip.Prefix{b.prefix}))
	}
	r.writeTrials(ctx)
}

// promoteRipe has the rules act whose trial is over. mu is held.
func (r *Reader) promoteRipe(now time.Time) {
	for _, t := range r.measures.Tick(now) {
		r.log.Info("a rule that was on trial acts from now on", "kind", t.Kind, "would_have_stopped", t.Would)
		r.watch.tell()
	}
}

// keepMeasures writes down how far the rules are trusted, until ctx ends and then once more.
func (r *Reader) keepMeasures(ctx context.Context) error {
	err := every(ctx, measuresEvery, func() error {
		r.writeTrials(ctx)
		return nil
	})
	r.writeTrials(context.WithoutCancel(ctx))
	return err
}

func (r *Reader) writeTrials(ctx context.Context) {
	r.mu.Lock()
	trials := r.measures.Trials()
	r.mu.Unlock()
	s := r.record.opened()
	if s == nil {
		return
	}
	all := make([]store.Trial, len(trials))
	for i, t := range trials {
		all[i] = store.Trial(t)
	}
	r.record.did(s.PutTrials(ctx, all))
}
