package store

import (
	"context"
	"database/sql"
	"net/netip"
	"strings"
	"time"

	"abri.example/abri"
)

// Offender is who was banned by a rule: how often, when last and until when, and at which doors (none: all).
type Offender struct {
	Prefix netip.Prefix
	Times  int
	Last   time.Time
	Until  time.Time
	Doors  []abri.Door
}

// PutOffenders keeps offenders in place of what was known of them.
func (s *Store) PutOffenders(ctx context.Context, batch []Offender) error {
	return s.transact(ctx, "noting offenders in", func(tx *sql.Tx) error {
		for _, o := range batch {
			words := make([]string, len(o.Doors))
			for i, d := range o.Doors {
				words[i] = d.String()
			}
			if _, err := tx.ExecContext(ctx, `INSERT OR REPLACE INTO offenders (prefix, times, last, until, doors) VALUES (?,?,?,?,?)`,
				o.Prefix.String(), o.Times, nanos(o.Last), nanos(o.Until), strings.Join(words, " ")); err != nil {
				return err
			}
		}
		return nil
	})
}

// ForgetOffenders forgets those that lie in a prefix.
func (s *Store) ForgetOffenders(ctx context.Context, batch []netip.Prefix) error {
	return s.transact(ctx, "forgetting offenders in", func(tx *sql.Tx) error {
		for _, p := range batch {
			if _, err := tx.ExecContext(ctx, `DELETE FROM offenders WHERE prefix = ?`, p.String()); err != nil {
				return err
			}
		}
		return nil
	})
}

// Offenders gives the last most of them, those banned last first.
func (s *Store) Offenders(ctx context.Context, most int) ([]Offender, error) {
	return query(ctx, s, "reading offenders from", scanOffender,
		`SELECT prefix, times, last, until, doors FROM offenders ORDER BY last DESC LIMIT ?`, max(0, most))
}

func scanOffender(r *sql.Rows) (o Offender, err error) {
	var prefix, doors string
	var last, until int64
	if err = r.Scan(&prefix, &o.Times, &last, &until, &doors); err != nil {
		return o, err
	}
	o.Last, o.Until = instant(last), instant(until)
	for word := range strings.FieldsSeq(doors) {
		d, err := abri.ParseDoor(word)
		if err != nil {
			return o, err
		}
		o.Doors = append(o.Doors, d)
	}
	o.Prefix, err = netip.ParsePrefix(prefix)
	return o, err
}

// Trial is how far a rule is trusted: see package policy.
type Trial struct {
	Kind     abri.Kind
	Since    time.Time
	Promoted time.Time
	By       string
	Held     bool
	Would    uint64
	Doubts   uint64
	Releases uint64
	Released time.Time
	Lately   []netip.Prefix
}

// PutTrials keeps trials in place of what was known of their kinds.
func (s *Store) PutTrials(ctx context.Context, all []Trial) error {
	return s.transact(ctx, "noting trials in", func(tx *sql.Tx) error {
		for _, t := range all {
			lately := make([]string, len(t.Lately))
			for i, p := range t.Lately {
				lately[i] = p.String()
			}
			if _, err := tx.ExecContext(ctx, `INSERT OR REPLACE INTO trials (kind, since, promoted, by, held, would, doubts, releases, released, lately) VALUES (?,?,?,?,?,?,?,?,?,?)`,
				string(t.Kind), nanos(t.Since), nanos(t.Promoted), t.By, t.Held, int64(t.Would), int64(t.Doubts), int64(t.Releases), nanos(t.Released), strings.Join(lately, " ")); err != nil {
				return err
			}
		}
		return nil
	})
}

// Trials gives what is known of each rule.
func (s *Store) Trials(ctx context.Context) ([]Trial, error) {
	return query(ctx, s, "reading trials from", scanTrial,
		`SELECT kind, since, promoted, by, held, would, doubts, releases, released, lately FROM trials ORDER BY kind`)
}

func scanTrial(r *sql.Rows) (t Trial, err error) {
	var since, promoted, released int64
	var lately string
	if err = r.Scan(&t.Kind, &since, &promoted, &t.By, &t.Held, &t.Would, &t.Doubts, &t.Releases, &released, &lately); err != nil {
		return t, err
	}
	t.Since, t.Promoted, t.Released = instant(since), instant(promoted), instant(released)
	for word := range strings.FieldsSeq(lately) {
		p, err := netip.ParsePrefix(word)
		if err != nil {
			return t, err
		}
		t.Lately = append(t.Lately, p)
	}
	return t, nil
}
