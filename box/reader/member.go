package reader

import (
	"context"
	"time"

	"abri.example/abri"
	"abri.example/abri/box/config"
	"abri.example/abri/box/control"
	"abri.example/abri/box/liaison"
	"abri.example/abri/fleet"
	"abri.example/abri/store"
)

var _ control.Member = (*Reader)(nil)

// openLiaison takes up the relation with the observatory, where there is one.
func (r *Reader) openLiaison(c *config.Config) {
	r.liaison = liaison.New(member{r}, liaison.Options{
		Folder: liaison.FolderIn(c.Box.Data), Software: Version, Location: c.Box.Location(), Now: r.now, Log: r.log,
	})
	told := map[string]bool{}
	r.record.kept = func(attacks []abri.Attack) {
		if hasten(told, attacks) {
			r.liaison.Hasten()
		}
	}
}

// mostSerious bounds what is remembered of attacks that were told at once; beyond it, the next may be told at once again.
const mostSerious = 10_000

// hasten reports whether one of the attacks is serious and was not so before: each is told at once once.
func hasten(told map[string]bool, attacks []abri.Attack) (fresh bool) {
	for _, a := range attacks {
		if !fleet.Serious(a) || told[a.ID] {
			continue
		}
		if len(told) >= mostSerious {
			clear(told)
		}
		told[a.ID], fresh = true, true
	}
	return fresh
}

// serveObservatory tells the observatory until ctx ends.
func (r *Reader) serveObservatory(ctx context.Context) error { return r.liaison.Run(ctx) }

// Membership is how the box stands with its observatory.
func (r *Reader) Membership(ctx context.Context) (liaison.State, error) {
	return r.liaison.State(ctx), nil
}

// Enrol asks an observatory to take the box in.
func (r *Reader) Enrol(ctx context.Context, who control.Who, invitation string) (liaison.State, error) {
	st, err := r.liaison.Enrol(ctx, invitation)
	if err != nil {
		return st, err
	}
	return st, r.writeDown(func(s *store.Store) error {
		return s.Record(ctx, store.Entry{At: r.now(), Actor: who.Name, Verb: "enrol", Object: st.URL})
	})
}

// Leave takes the box out of its observatory.
func (r *Reader) Leave(ctx context.Context, who control.Who) error {
	if err := r.liaison.Leave(ctx); err != nil {
		return err
	}
	return r.writeDown(func(s *store.Store) error {
		return s.Record(ctx, store.Entry{At: r.now(), Actor: who.Name, Verb: "leave the observatory"})
	})
}

// member is the reader as its liaison sees it.
type member struct{ *Reader }

// Status is where the box stands.
func (m member) Status() fleet.Status {
	m.mu.Lock()
	defer m.mu.Unlock()
	rep := m.today.report
	s := fleet.Status{
		Mode: m.mode, Sky: rep.Sky, Points: rep.Points, Attacks: rep.Attacks, Neutralised: rep.Neutralised,
		Wanted: m.kernel.wanted4 + m.kernel.wanted6, Enforced: m.kernel.Entries4 + m.kernel.Entries6,
	}
	for _, t := range m.trouble.all() {
		if len(s.Troubles) < fleet.MaxTroubles {
			s.Troubles = append(s.Troubles, t.Code)
		}
	}
	return s
}

// Days are the days from one on, today last.
func (m member) Days(from abri.Day) []fleet.Day {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []fleet.Day
	for i := len(m.today.history) - 1; i >= 0; i-- {
		if d := m.today.history[i]; d.Day >= from {
			out = append(out, fleet.Day{Day: d.Day, Sky: d.Sky, Points: d.Points, Attacks: d.Attacks, Neutralised: d.Neutralised, Watched: int64(d.Watched / time.Second)})
		}
	}
	rep := m.today.report
	return append(out, fleet.Day{Day: m.today.day, Sky: rep.Sky, Points: rep.Points, Attacks: rep.Attacks, Neutralised: rep.Neutralised,
		Noise: rep.Noise, Watched: int64(m.today.watched / time.Second)})
}

// Store is the box's store, nil while there is none.
func (m member) Store() *store.Store { return m.record.opened() }

// Obey carries out an order, which stands in the audit log under who asked for it.
func (m member) Obey(ctx context.Context, o fleet.Order) error {
	return m.Release(ctx, control.Who{Name: "observatory: " + o.By}, o.Prefix, time.Until(o.Until))
}
