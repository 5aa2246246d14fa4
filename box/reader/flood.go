package reader

import (
	"context"
	"time"

	abri "abri.example/abri"
	"abri.example/abri/box/config"
	"abri.example/abri/box/order"
	"abri.example/abri/box/web"
	"abri.example/abri/count"
	"abri.example/abri/siege"
)

// Every how often the bars follow the site's habits, and these are written down.
const (
	barsEvery   = 5 * time.Minute
	habitsEvery = time.Hour
	besieged    = 10 * time.Second // after a siege was last told of
)

// The names under which the store remembers the habits, and the sheets of saturations.
const (
	keyHabits = "flood.habits"
	keySheets = "flood.sheets"
)

// flood is what the reader knows of what presses on the site. mu is held for all of it.
type flood struct {
	habits  *siege.Habits
	watch   *siege.Watch
	line    *siege.Line
	sheets  siege.Sheets
	second  siege.Gathering
	noted   bool      // a sheet changed since they were written down
	written time.Time // when the habits were
}

// beginFlood takes up the habits of an earlier life.
func (r *Reader) beginFlood(ctx context.Context, c *config.Config, now time.Time) {
	r.flood = flood{habits: siege.NewHabits(c.Box.Location()), watch: siege.NewWatch(), written: now}
	r.flood.line = siege.NewLine(bytesOf(c.Flood.Line), c.Box.Location())
	s := r.record.opened()
	if s == nil {
		return
	}
	for key, read := range map[string]func(string) error{keyHabits: r.flood.habits.Read, keySheets: r.flood.sheets.Read} {
		text, ok, err := s.Recall(ctx, key)
		if err == nil && ok {
			err = read(text)
		}
		if err != nil {
			r.log.Warn("what was known of floods begins anew", "what", key, "err", err)
		}
	}
}

// bytesOf is a line's Mbit/s in bytes a second.
func bytesOf(megabits int) uint64 { return uint64(megabits) * 1_000_000 / 8 }

// holdFloods has the keeper hold floods back by the bars of this hour.
func (r *Reader) holdFloods() error {
	r.mu.Lock()
	f, now := r.config.Flood, r.now()
	want := order.Flood{Challenge: f.Challenge, Connections: f.Connections, Bars: siege.BarsAt(now, r.flood.habits, ceilings(f))}
	r.mu.Unlock()
	if !f.Enabled {
		want = order.Flood{}
	}
	return r.keeper.Flood(want)
}

func ceilings(f config.Flood) siege.Ceilings {
	return siege.Ceilings{
		abri.Openings: uint32(f.Openings), abri.Datagrams: uint32(f.Datagrams), abri.Echoes: uint32(f.Echoes),
		abri.Fragments: uint32(f.Fragments), abri.Strays: uint32(f.Strays), abri.Queries: uint32(f.Queries),
		abri.Answers: uint32(f.Answers),
	}
}

// keepBars has the bars follow the habits, and the habits written down, until ctx ends.
func (r *Reader) keepBars(ctx context.Context) error {
	return every(ctx, barsEvery, func() error {
		if err := r.holdFloods(); err != nil {
			r.log.Error("the bars of floods are not in force", "err", err)
		}
		r.writeHabits(ctx)
		return nil
	})
}

// writeHabits has the store remember the habits once an hour.
func (r *Reader) writeHabits(ctx context.Context) {
	s := r.record.opened()
	r.mu.Lock()
	now := r.now()
	due := s != nil && now.Sub(r.flood.written).Abs() >= habitsEvery
	var text string
	var err error
	if due {
		r.flood.written = now
		text, err = r.flood.habits.Write()
	}
	r.mu.Unlock()
	if !due {
		return
	}
	if err == nil {
		err = s.Remember(ctx, keyHabits, text)
	}
	if err != nil {
		r.log.Warn("the site's habits are not remembered", "err", err)
	}
}

// Pressing takes what presses on the site: what is an attack is told at once; of whole seconds habits are learnt, sheets made
// and how full the line is.
func (l *listener) Pressing(p order.Pressing) {
	l.mu.Lock()
	defer l.mu.Unlock()
	f, now := &l.flood, l.now()
	told := f.watch.Observe(now, p.Reports)
	for _, t := range told {
		l.tellSiege(now, t)
	}
	if s, over := f.second.Take(now, p.Reports, told, p.Came); over {
		l.second(s)
	}
	l.hasten()
}

// second takes what pressed within about a second. mu is held.
func (l *listener) second(s siege.Second) {
	f := &l.flood
	_, s.Besieged = f.watch.Besieged(s.At, besieged)
	var held uint64
	for _, r := range s.Reports {
		held += r.Bytes
		if s.Besieged || r.Held > 0 {
			f.habits.Spoil(s.At, r.Pressure)
		} else {
			f.habits.Learn(s.At, r)
		}
	}
	came := s.Came
	s.Came = 0
	if s.Lasted >= time.Second/2 && s.Lasted <= 5*time.Second { // not the first one, or one after a pause, which is no second
		a := func(n uint64) uint64 { return uint64(float64(n) / s.Lasted.Seconds()) }
		s.Came, s.Line = a(came), f.line
		l.trouble.line(f.line.Observe(s.At, s.Came, a(held), s.Besieged), s.At)
	}
	f.noted = f.sheets.Observe(s) || f.noted
}

// tellSiege counts an attack. mu is held.
func (r *Reader) tellSiege(now time.Time, t siege.Told) {
	s := count.Sighting{Finding: t.Finding, Outcome: t.Outcome, Packets: t.Held, Bytes: t.Bytes, Sources: t.Sources}
	if t.First {
		s.Attempts = 1
		r.log.Warn("a flood is told", "kind", t.Finding.Kind, "service", t.Finding.Service, "packets", t.Held, "after", now.Sub(t.Since))
	}
	r.counter.Add(now, s)
}

// line notes that the access line is full of an attack since a time, and forgets it.
func (t *troubles) line(since, now time.Time) {
	if !since.IsZero() {
		t.set(troubleLine, web.Trouble{Code: web.TroubleLine, At: since})
	} else if x, ok := t.stand[troubleLine]; ok && now.Sub(x.At).Abs() > lossTold {
		delete(t.stand, troubleLine)
	}
}

const troubleLine = "line"
