package reader

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"log/slog"
	"maps"
	"path/filepath"
	"slices"
	"sync"
	"time"

	abri "abri.example/abri"
	"abri.example/abri/box/config"
	"abri.example/abri/box/order"
	"abri.example/abri/store"
	"abri.example/abri/weather"
)

// Every how often attacks are written down, old rows swept, and a store that could not be opened tried again.
const (
	writeEvery = time.Second
	sweepEvery = time.Hour
	retryEvery = 5 * time.Second
)

// A database that was found damaged is told for this long after another was begun: some figures are lost.
const damageTold = 24 * time.Hour

// mostPending bounds what waits for a disk that takes nothing. Beyond it the newest wait no longer; the page has said
// by then that the disk is full.
const mostPending = 100_000

// record is the reader's hand on the store: it writes what changed once a second, keeps what could not be written, and
// goes on without a store when there is none.
type record struct {
	log   *slog.Logger
	path  string
	now   func() time.Time
	join  func(context.Context, *store.Store) error // what the reader does with a store that it meets late
	hurry chan struct{}                             // something waits to be written

	mu      sync.Mutex
	keep    store.Retention
	unmet   bool         // the store was begun anew or opened late: join comes first
	damaged error        // why one was begun anew
	when    time.Time    // and when, by the machine's own clock
	store   *store.Store // nil while it can't be opened
	failed  error        // why it can't
	attacks map[string]abri.Attack
	days    map[abri.Day]weather.Day
	hours   []store.Hour
	sent    []store.Hour // the batch that is under way, with its number
	seq     uint64
	swept   time.Time // by the wall clock
	tried   time.Time // by the machine's own, as are those below
	said    time.Time // when the log last told that the store does not take it
}

// retain keeps things as long as the configuration says from now on.
func (r *record) retain(k config.Keep) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.keep = retention(k)
}

func retention(k config.Keep) store.Retention {
	const day = 24 * time.Hour
	return store.Retention{Rows: time.Duration(k.RowsDays) * day, Counters: time.Duration(k.CountersDays) * day}
}

func openRecord(ctx context.Context, folder string, keep config.Keep, now func() time.Time, log *slog.Logger) *record {
	r := &record{
		log: log, now: now, path: filepath.Join(folder, "abri.db"), hurry: make(chan struct{}, 1),
		keep:    retention(keep),
		attacks: map[string]abri.Attack{}, days: map[abri.Day]weather.Day{},
	}
	r.open(ctx)
	return r
}

// open opens the store when it is not open.
func (r *record) open(ctx context.Context) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.store != nil || !r.tried.IsZero() && time.Since(r.tried) < retryEvery {
		return
	}
	late := !r.tried.IsZero()
	r.tried = time.Now()
	s, err := store.Open(ctx, r.path, r.log)
	if err == nil {
		r.seq, err = s.HoursSeq(ctx)
	}
	if r.failed = err; !r.did(err) {
		return
	}
	r.store = s
	r.unmet = late
	if t := s.Trouble(); t != nil && t.Code == abri.CodeDamaged {
		r.unmet, r.damaged, r.when = true, t, time.Now()
	}
}

// opened is the store, or nil.
func (r *record) opened() *store.Store {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.store
}

// trouble is what stands between the reader and its disk, or nil.
func (r *record) trouble() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.failed != nil {
		return r.failed
	}
	if r.store == nil {
		return nil
	}
	if t := r.store.Trouble(); t != nil {
		return t
	}
	if time.Since(r.when) < damageTold {
		return r.damaged
	}
	return nil
}

// attack, day and hour note what is to be written down.
func (r *record) note(changed []abri.Attack) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, a := range changed {
		if _, ok := r.attacks[a.ID]; ok || len(r.attacks) < mostPending {
			r.attacks[a.ID] = a
		}
	}
}

func (r *record) noteDay(d weather.Day) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.days[d.Day] = d
}

func (r *record) noteHours(hs []store.Hour) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.hours = merge(r.hours, hs)
}

// merge adds more to hours; there is one row for each hour, side and reason.
func merge(hours, more []store.Hour) []store.Hour {
	for _, m := range more {
		i := slices.IndexFunc(hours, func(h store.Hour) bool {
			return h.Start.Equal(m.Start) && h.Side == m.Side && h.Reason == m.Reason
		})
		if i < 0 {
			hours = append(hours, m)
			continue
		}
		hours[i].Packets += m.Packets
		hours[i].Bytes += m.Bytes
		hours[i].Noise += m.Noise
	}
	return hours
}

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
// configuration's.
func (r *record) mode(ctx context.Context, configured abri.Mode) abri.Mode {
	s := r.opened()
	if s == nil {
		return configured
	}
	chosen, ok1, err1 := s.Recall(ctx, keyMode)
	then, ok2, err2 := s.Recall(ctx, keyModeFile)
	if err1 != nil || err2 != nil || !ok1 || !ok2 || abri.Mode(then) != configured || !abri.Mode(chosen).Valid() {
		return configured
	}
	return abri.Mode(chosen)
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
		out = append(out, decisionOf(d))
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

// history gives the days kept, newest first; 28 whole days and today are what the weather looks at.
func (r *record) history(ctx context.Context) []weather.Day {
	s := r.opened()
	if s == nil {
		return nil
	}
	days, err := s.Days(ctx, 29)
	r.did(err)
	out := make([]weather.Day, 0, len(days))
	for _, d := range slices.Backward(days) {
		out = append(out, weather.Day(d))
	}
	return out
}
