package store

import (
	"context"
	"database/sql"
	"errors"
	"math"
	"time"

	"abri.example/abri"
)

// transact runs do in one transaction of the writing connection, all or nothing, and keeps Trouble up to date. It
// waits for the writers before it, as long as ctx allows.
func (s *Store) transact(ctx context.Context, doing string, do func(*sql.Tx) error) error {
	err := s.explain(doing, s.inOne(ctx, do))
	switch code := abri.CodeOf(err); {
	case err == nil:
		s.stand(nil)
	case ctx.Err() != nil: // the caller's wish, not the disk's fault
	case code == abri.CodeFull, code == abri.CodeDamaged, code == abri.CodeUnavailable:
		s.stand(trouble(err))
	}
	return err
}

func (s *Store) inOne(ctx context.Context, do func(*sql.Tx) error) error {
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() // after a commit it does nothing
	if err := do(tx); err != nil {
		return err
	}
	return tx.Commit()
}

// trouble is the Error in err's chain; explain has put one there.
func trouble(err error) *abri.Error {
	var e *abri.Error
	errors.As(err, &e)
	return e
}

// query reads every row with scan. A damaged database is noted as trouble.
func query[T any](ctx context.Context, s *Store, doing string, scan func(*sql.Rows) (T, error), q string, args ...any) ([]T, error) {
	out, err := collect(ctx, s.read, scan, q, args)
	err = s.explain(doing, err)
	if abri.CodeOf(err) == abri.CodeDamaged {
		s.stand(trouble(err))
	}
	return out, err
}

func collect[T any](ctx context.Context, db *sql.DB, scan func(*sql.Rows) (T, error), q string, args []any) ([]T, error) {
	rows, err := db.QueryContext(ctx, q, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, rows.Err()
}

// nanos is how a time is kept. The zero time is 0; one that nanoseconds cannot hold (before 1677, after 2262: a broken
// clock) is kept as the nearest they can.
func nanos(t time.Time) int64 {
	switch {
	case t.IsZero():
		return 0
	case t.Before(time.Unix(0, math.MinInt64)):
		return math.MinInt64
	case t.After(time.Unix(0, math.MaxInt64)):
		return math.MaxInt64
	}
	return t.UnixNano()
}

// instant is the time that nanos kept, in UTC.
func instant(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.Unix(0, n).UTC()
}
