package reader

import (
	"context"
	"log/slog"
	"path/filepath"
	"slices"
	"sync"
	"time"

	abri "abri.example/abri"
	"abri.example/abri/box/config"
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
	kept  func([]abri.Attack)                       // is told what the store has taken; nil for nobody
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
