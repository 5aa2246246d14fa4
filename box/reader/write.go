package reader

import (
	"context"
	"maps"
	"slices"
	"time"

	"abri.example/abri"
	"abri.example/abri/store"
)

// run writes until ctx ends.
func (r *record) run(ctx context.Context) error {
	tick := time.NewTicker(writeEvery)
	defer tick.Stop()
	for {
		r.open(ctx)
		r.write(ctx)
		select {
		case <-ctx.Done():
			return nil
		case <-r.hurry:
		case <-tick.C:
		}
	}
}

// hasten has what waits written now.
func (r *record) hasten() {
	select {
	case r.hurry <- struct{}{}:
	default:
	}
}

// write writes all that waits. What fails stays, and is tried again.
func (r *record) write(ctx context.Context) {
	r.mu.Lock()
	s := r.store
	attacks := slices.Collect(maps.Values(r.attacks))
	days := maps.Clone(r.days)
	if len(r.sent) == 0 && len(r.hours) > 0 {
		r.sent, r.hours = r.hours, nil
		r.seq++
	}
	sent, seq, keep := r.sent, r.seq, r.keep
	r.mu.Unlock()
	if s == nil || !r.met(ctx, s) {
		return
	}
	if len(attacks) > 0 && r.did(s.Put(ctx, attacks)) {
		r.written(attacks)
		if r.kept != nil {
			r.kept(attacks)
		}
	}
	for _, d := range days {
		if r.did(s.PutDay(ctx, store.Day(d))) {
			r.mu.Lock()
			if r.days[d.Day] == d {
				delete(r.days, d.Day)
			}
			r.mu.Unlock()
		}
	}
	if len(sent) > 0 && r.did(s.AddHours(ctx, seq, sent)) {
		r.mu.Lock()
		r.sent = nil
		r.mu.Unlock()
	}
	if now := r.now(); now.Sub(r.swept).Abs() > sweepEvery {
		if _, err := s.Sweep(ctx, now, keep); r.did(err) {
			r.swept = now
		}
	}
	if t := s.Trouble(); t != nil && t.Code == abri.CodeDamaged {
		r.replace(s, t)
	}
}

// met has the reader join a store that it meets late, and reports whether that is done.
func (r *record) met(ctx context.Context, s *store.Store) bool {
	r.mu.Lock()
	unmet := r.unmet
	r.mu.Unlock()
	if unmet && !r.did(r.join(ctx, s)) {
		return false
	}
	r.mu.Lock()
	r.unmet = false
	r.mu.Unlock()
	return true
}

// replace closes a store that was found damaged while it ran. Opening it again sets it aside.
func (r *record) replace(s *store.Store, damage *abri.Error) {
	r.log.Error("the database is damaged; it is closed, and opened again", "err", damage)
	r.mu.Lock()
	r.store, r.failed, r.tried = nil, damage, time.Now().Add(-retryEvery)
	r.mu.Unlock()
	if err := s.Close(); err != nil {
		r.log.Warn("the damaged database does not close", "err", err)
	}
}

// sayEvery is how often the log repeats that the store takes nothing.
const sayEvery = time.Minute

// did reports whether there was no error, and logs one now and then.
func (r *record) did(err error) bool {
	if err != nil && time.Since(r.said) > sayEvery {
		r.said = time.Now()
		r.log.Error("the store does not take it; the filter goes on, and it is tried again", "err", err)
	}
	return err == nil
}

// written forgets what now stands in the store, unless it changed meanwhile.
func (r *record) written(attacks []abri.Attack) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, a := range attacks {
		if r.attacks[a.ID].Revision == a.Revision {
			delete(r.attacks, a.ID)
		}
	}
}

// close writes what waits, for five seconds at the most, and lets go of the store.
func (r *record) close() error {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	r.write(ctx)
	if s := r.opened(); s != nil {
		return s.Close()
	}
	return nil
}
