package reader

import (
	"context"
	"net/netip"
	"slices"
	"time"

	abri "abri.example/abri"
	"abri.example/abri/box/config"
	"abri.example/abri/box/order"
	"abri.example/abri/store"
	"abri.example/abri/weather"
)

// A store may be met late: it could not be opened at the start, or was found damaged and begun anew. Until then the
// reader goes by what stands in the kernel, since a full disk must not take bans off; when they meet, each learns what
// it lacks of the other.

// beforeLoss is who decided what stands in the kernel and in no record.
const beforeLoss = "a decision of before the record was lost"

// adopt takes the kernel's decisions for those of the record that can't be read. What the configuration says is not
// among them.
func (r *Reader) adopt(c *config.Config, now time.Time) []decision {
	stands, err := r.keeper.Standing()
	if err != nil {
		r.log.Error("nobody knows the decisions of earlier", "err", err)
	}
	exempt, _ := r.exempted(c) // what ails them is told when they are put in force
	given := slices.Concat(c.Trusted.Addresses, exempt)
	var out []decision
	for _, d := range stands {
		if d.Choice == order.Trust || slices.Contains(given, d.Prefix) {
			continue
		}
		a := decision{choice: d.Choice, prefix: d.Prefix, door: d.Door, since: now, by: beforeLoss}
		if d.For > 0 {
			a.until = now.Add(d.For)
		}
		out = append(out, a)
	}
	return out
}

// kernelMode is the mode that the kernel works in, which stands where the record of a person's choice can't be read.
func (r *Reader) kernelMode(configured abri.Mode) abri.Mode {
	c, err := r.keeper.Counters()
	if err != nil || !c.Mode.Valid() {
		return configured
	}
	return c.Mode
}

// join writes what the reader knows into a store it had not met, and takes up what only that knows. Mode and seed stay
// the reader's own.
func (r *Reader) join(ctx context.Context, s *store.Store) error {
	now := r.now()
	kept, err := s.Decisions(ctx, now)
	if err != nil {
		return err
	}
	active, err := s.ActiveSince(ctx, weather.Midnight(now, r.today.location), mostPending)
	if err != nil {
		return err
	}
	days := r.record.historyOf(ctx, s)
	r.mu.Lock()
	unwritten, learnt := r.mergeDecisions(kept)
	r.today.recall(days)
	for _, a := range active {
		if _, ok := r.today.at[a.ID]; !ok {
			r.today.take([]abri.Attack{a})
		}
	}
	settings := map[string]string{keySince: r.since.UTC().Format(time.RFC3339), keySeed: r.seed, keyMode: ""}
	if r.mode != r.config.Box.Mode {
		settings[keyMode], settings[keyModeFile] = string(r.mode), string(r.config.Box.Mode)
	}
	attacks, history := slices.Clone(r.today.attacks), slices.Clone(r.today.history)
	r.mu.Unlock()
	r.mu.Lock()
	apart := slices.Clone(r.isolated)
	r.mu.Unlock()
	for _, d := range apart {
		if err := s.Isolate(ctx, d); err != nil {
			return err
		}
	}
	if learnt {
		go r.enforce()
	}
	return r.hand(ctx, s, settings, unwritten, attacks, history)
}

// mergeDecisions takes up the store's decisions, and gives those that it lacks. mu is held.
func (r *Reader) mergeDecisions(kept []store.Decision) (unwritten []decision, learnt bool) {
	known := map[what]bool{}
	for _, d := range r.decided {
		known[d.what()] = true
	}
	written := map[what]bool{}
	for _, k := range kept {
		w := what{choices[k.Rule], k.Prefix, k.Door}
		written[w] = true
		if !known[w] {
			learnt = true
			r.decided = append(r.decided, decisionOf(k))
		}
	}
	for _, d := range r.decided {
		if !written[d.what()] {
			unwritten = append(unwritten, d)
		}
	}
	if learnt {
		r.judgeAnew()
	}
	return unwritten, learnt
}

// hand writes all of it. Each part may be written again.
func (r *Reader) hand(ctx context.Context, s *store.Store, settings map[string]string, decided []decision, attacks []abri.Attack, history []weather.Day) error {
	for key, value := range settings {
		if err := s.Remember(ctx, key, value); err != nil {
			return err
		}
	}
	for _, d := range decided {
		if err := s.Decide(ctx, store.Decision{Rule: ruleOf(d.choice), Prefix: d.prefix, Door: d.door, Until: d.until, By: d.by, At: d.since, Why: d.why}); err != nil {
			return err
		}
	}
	for _, d := range history {
		if err := s.PutDay(ctx, store.Day(d)); err != nil {
			return err
		}
	}
	return s.Put(ctx, attacks)
}

// what tells decisions apart.
type what struct {
	order.Choice
	netip.Prefix
	abri.Door
}

func decisionOf(d store.Decision) decision {
	return decision{choice: choices[d.Rule], prefix: d.Prefix, since: d.At, until: d.Until, by: d.By, door: d.Door, why: d.Why}
}
