package store

import (
	"context"
	"database/sql"
	"net/netip"
	"time"

	"abri.example/abri"
)

// Question is how often one device of the site asked for one name on one day, when first and last, and by what name people
// knew the device then ("" for none).
type Question struct {
	Day    abri.Day
	Name   string
	Device netip.Addr
	Called string
	Times  uint64
	First  time.Time
	Last   time.Time
}

// AddQuestions adds to the questions of each day: times are differences.
func (s *Store) AddQuestions(ctx context.Context, batch []Question) error {
	return s.transact(ctx, "noting questions in", func(tx *sql.Tx) error {
		for _, q := range batch {
			_, err := tx.ExecContext(ctx, `INSERT INTO questions (day, name, device, called, times, first, last) VALUES (?,?,?,?,?,?,?)
				ON CONFLICT (day, name, device) DO UPDATE SET times = times + excluded.times,
					first = MIN(first, excluded.first), last = MAX(last, excluded.last),
					called = CASE excluded.called WHEN '' THEN called ELSE excluded.called END`,
				string(q.Day), q.Name, addrBlob(q.Device.Unmap()), q.Called, int64(q.Times), nanos(q.First), nanos(q.Last))
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// Asked is a name, and on how many days devices of the site asked for it.
type Asked struct {
	Name string
	Days int
}

// Asked gives every name that was asked for from a day on, in their order. It is the whole list, some 60 bytes each.
func (s *Store) Asked(ctx context.Context, since abri.Day) ([]Asked, error) {
	return query(ctx, s, "reading questions from", func(r *sql.Rows) (a Asked, err error) {
		return a, r.Scan(&a.Name, &a.Days)
	}, `SELECT name, COUNT(DISTINCT day) FROM questions INDEXED BY questions_name WHERE day >= ? GROUP BY name`, string(since))
}

// DaysAsked is on how many days before a day devices of the site asked for a name.
func (s *Store) DaysAsked(ctx context.Context, name string, before abri.Day) (days int, err error) {
	all, err := query(ctx, s, "reading questions from", func(r *sql.Rows) (n int, err error) { return n, r.Scan(&n) },
		`SELECT COUNT(DISTINCT day) FROM questions INDEXED BY questions_name WHERE name = ? AND day < ?`, name, string(before))
	if len(all) > 0 {
		days = all[0]
	}
	return days, err
}

// QuestionsFor gives who asked for a name from a day on, by day and device.
func (s *Store) QuestionsFor(ctx context.Context, name string, since abri.Day) ([]Question, error) {
	return query(ctx, s, "reading questions from", func(r *sql.Rows) (q Question, err error) {
		var device []byte
		var first, last int64
		err = r.Scan(&q.Day, &device, &q.Called, &q.Times, &first, &last)
		q.Name = name
		q.Device, _ = netip.AddrFromSlice(device)
		q.First, q.Last = instant(first), instant(last)
		return q, err
	}, `SELECT day, device, called, times, first, last FROM questions WHERE name = ? AND day >= ? ORDER BY day, device`, name, string(since))
}
