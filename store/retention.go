package store

import (
	"context"
	"database/sql"
	"time"

	"abri.example/abri"
)

// Retention says how long things are kept: Rows the attacks, the devices with their contacts, departures and questions, the calls and the telephone operators, the offenders
// and the ended decisions, Counters the hours, the days and the audit log. Both must be above zero.
type Retention struct {
	Rows     time.Duration
	Counters time.Duration
}

// DeparturesFor is how long what left is kept at the most, since its rows are many: a copy that is made once a month is
// still known as a habit.
const DeparturesFor = 45 * 24 * time.Hour

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// chunk is how many rows one transaction of a sweep takes away, so that a Put waits a moment and not a minute.
const chunk = 500

// Sweep takes away what is older than the retention at now, chunk by chunk, and gives how many rows went. An open
// attack and a decision that stands are never taken. It may be stopped by ctx, and begun again.
func (s *Store) Sweep(ctx context.Context, now time.Time, keep Retention) (int, error) {
	if keep.Rows <= 0 || keep.Counters <= 0 {
		return 0, &abri.Error{Code: abri.CodeInvalid, What: "a retention of nothing", Remedy: "give times above zero"}
	}
	rows, counters := now.Add(-keep.Rows), now.Add(-keep.Counters)
	gone := 0
	for _, step := range []struct {
		table, key, old string
		before          any
	}{
		{"attacks", "rowid", "last < ? AND ended = 1", nanos(rows)},
		{"decisions", "(rule, prefix, door)", "until < ? AND until <> 0", nanos(rows)},
		{"offenders", "prefix", "last < ?", nanos(rows)},
		{"contacts", "(day, outside, device)", "day < ?", rows.Format(time.DateOnly)},
		{"departures", "(outside, device, hour)", "hour < ?", nanos(latest(rows, now.Add(-DeparturesFor)))},
		{"questions", "(day, name, device)", "day < ?", rows.Format(time.DateOnly)},
		{"devices", "(mac, address)", "last < ?", nanos(rows)},
		{"calls", "(hour, outward, country, class, prefix, outcome)", "hour < ?", nanos(rows)},
		{"operators", "address", "last < ?", nanos(rows)},
		{"hours", "(hour, side, reason)", "hour < ?", nanos(counters)},
		{"days", "day", "day < ?", counters.Format(time.DateOnly)},
		{"audit", "number", "at < ?", nanos(counters)},
	} {
		n, err := s.sweep(ctx, step.table, step.key, step.old, step.before)
		gone += n
		if err != nil {
			return gone, err
		}
	}
	return gone, nil
}

// sweep takes the old rows of one table away. Its words are constants of Sweep, never the outside's.
func (s *Store) sweep(ctx context.Context, table, key, old string, before any) (int, error) {
	columns := key
	if key[0] == '(' {
		columns = key[1 : len(key)-1]
	}
	q := `DELETE FROM ` + table + ` WHERE ` + key + ` IN (SELECT ` + columns + ` FROM ` + table + ` WHERE ` + old + ` LIMIT ?)`
	gone := 0
	for {
		var n int64
		err := s.transact(ctx, "sweeping", func(tx *sql.Tx) error {
			done, err := tx.ExecContext(ctx, q, before, chunk)
			if err != nil {
				return err
			}
			n, err = done.RowsAffected()
			return err
		})
		gone += int(n)
		if err != nil || n < chunk {
			return gone, err
		}
	}
}
