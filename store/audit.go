package store

import (
	"context"
	"database/sql"
	"time"
)

// Entry is one line of the audit log: at a time, who did what to what. Number grows by each entry, without gaps but
// those of old entries swept.
type Entry struct {
	Number int64
	At     time.Time
	Actor  string
	Verb   string
	Object string
}

// Record appends to the audit log what no Decision says, such as a change of mode. Number is given by the log. Entries
// are never changed: the database itself refuses it.
func (s *Store) Record(ctx context.Context, e Entry) error {
	return s.transact(ctx, "writing the audit log of", func(tx *sql.Tx) error { return appendEntry(ctx, tx, e) })
}

// AuditLog gives the last n entries, latest first, in the order in which they were written whatever the clock said.
func (s *Store) AuditLog(ctx context.Context, n int) ([]Entry, error) {
	return query(ctx, s, "reading the audit log of", func(r *sql.Rows) (e Entry, err error) {
		var at int64
		err = r.Scan(&e.Number, &at, &e.Actor, &e.Verb, &e.Object)
		e.At = instant(at)
		return e, err
	}, `SELECT number, at, actor, verb, object FROM audit ORDER BY number DESC LIMIT ?`, max(0, n))
}

func appendEntry(ctx context.Context, tx *sql.Tx, e Entry) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO audit (at, actor, verb, object) VALUES (?,?,?,?)`, nanos(e.At), e.Actor, e.Verb, e.Object)
	return err
}
