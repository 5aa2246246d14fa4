package reader

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"slices"
	"time"

	"abri.example/abri"
	"abri.example/abri/box/order"
	"abri.example/abri/store"
	"abri.example/abri/weather"
)

// What the store remembers of the box itself.
const (
	keySeed     = "seed"
	keySince    = "counting.since"
	keyMode     = "mode"
	keyModeFile = "mode.configured"
)

// seed is the box's own random word, made once.
func (r *record) seed(ctx context.Context) (string, error) {
	s := r.opened()
	if s != nil {
		if v, ok, err := s.Recall(ctx, keySeed); err == nil && ok {
			return v, nil
		}
	}
	var b [16]byte
	if _, err := rand.Read(b[:]); err != nil {
		return "", err
	}
	v := hex.EncodeToString(b[:])
	if s != nil {
		r.did(s.Remember(ctx, keySeed, v))
	}
	return v, nil
}

// countingSince is when this box began to count.
func (r *record) countingSince(ctx context.Context, now time.Time) time.Time {
	s := r.opened()
	if s == nil {
		return now
	}
	if v, ok, err := s.Recall(ctx, keySince); err == nil && ok {
		if t, err := time.Parse(time.RFC3339, v); err == nil {
			return t
		}
	}
	r.did(s.Remember(ctx, keySince, now.UTC().Format(time.RFC3339)))
	return now
}

// mode is the one last chosen by a person, as long as the configuration says what it said then; else the
// configuration's, and the choice is forgotten: it must not come back when the configuration does.
func (r *record) mode(ctx context.Context, configured abri.Mode) abri.Mode {
	s := r.opened()
	if s == nil {
		return configured
	}
	chosen, ok1, err1 := s.Recall(ctx, keyMode)
	then, ok2, err2 := s.Recall(ctx, keyModeFile)
	switch {
	case err1 != nil || err2 != nil || !ok1 || !ok2 || !abri.Mode(chosen).Valid():
		return configured
	case abri.Mode(then) != configured:
		r.forgetMode(ctx)
		return configured
	}
	return abri.Mode(chosen)
}

// forgetMode forgets the mode that a person chose.
func (r *record) forgetMode(ctx context.Context) {
	if s := r.opened(); s != nil {
		r.did(s.Remember(ctx, keyMode, ""))
	}
}

func (r *record) keepMode(ctx context.Context, chosen, configured abri.Mode, who string) error {
	s := r.opened()
	if s == nil {
		return r.failed
	}
	for _, kv := range [][2]string{{keyMode, string(chosen)}, {keyModeFile, string(configured)}} {
		if err := s.Remember(ctx, kv[0], kv[1]); err != nil {
			return err
		}
	}
	return s.Record(ctx, store.Entry{At: r.now(), Actor: who, Verb: "mode", Object: string(chosen)})
}

// choices are the store's rules in the keeper's words.
var choices = map[abri.Rule]order.Choice{abri.RuleBan: order.Ban, abri.RuleExempt: order.Exempt, abri.RuleTrusted: order.Trust}

// decisions gives those that the store keeps. When there is no store, or one begun anew, nobody knows them: an error.
func (r *record) decisions(ctx context.Context, now time.Time) ([]decision, error) {
	s := r.opened()
	if s == nil || r.unmet {
		return nil, &abri.Error{Code: abri.CodeUnavailable, Place: r.path, What: "the decisions of earlier can't be read"}
	}
	kept, err := s.Decisions(ctx, now)
	if err != nil {
		return nil, err
	}
	var out []decision
	for _, d := range kept {
		o := decisionOf(d)
		if err := (order.Decision{Choice: o.choice, Prefix: o.prefix, Door: o.door}).Check(); err != nil {
			r.log.Error("a decision of an earlier version is refused", "prefix", o.prefix, "by", o.by, "err", err)
			continue
		}
		out = append(out, o)
	}
	return out, nil
}

// restore gives the open attacks, those active since midnight, and today's noise.
func (r *record) restore(ctx context.Context, midnight time.Time) (open, active []abri.Attack, noise uint64) {
	s := r.opened()
	if s == nil {
		return nil, nil, 0
	}
	open, err := s.OpenAttacks(ctx, time.Time{})
	r.did(err)
	active, err = s.ActiveSince(ctx, midnight, mostPending)
	r.did(err)
	hours, err := s.Hours(ctx, midnight)
	r.did(err)
	for _, h := range hours {
		if !h.Start.Before(midnight) {
			noise += h.Noise
		}
	}
	return open, active, noise
}

// history gives the days kept, newest first; 28 days and today are what the weather looks at.
func (r *record) history(ctx context.Context) []weather.Day {
	if s := r.opened(); s != nil {
		return r.historyOf(ctx, s)
	}
	return nil
}

func (r *record) historyOf(ctx context.Context, s *store.Store) []weather.Day {
	days, err := s.Days(ctx, 29)
	r.did(err)
	out := make([]weather.Day, 0, len(days))
	for _, d := range slices.Backward(days) {
		out = append(out, weather.Day(d))
	}
	return out
}
