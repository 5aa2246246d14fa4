// Package ledger is the memory of an observatory: sites, boxes, receipts, attacks, rollups and totals, in SQLite or in
// PostgreSQL, by one schema and one interface.
//
// What it acknowledges is on the disk. A report is one transaction with its receipt, so that it is kept whole or not at
// all and never twice; reports that come together share a transaction (group commit), and one that fails is tried
// alone, so that it harms no other. Its attacks stand in a journal first, and are entered into rows and rollups many at
// once, in one transaction with their end in the journal: a storm of reports is written down at the speed of a disk. Who
// reads a site has its journal entered before. Several processes may work on one PostgreSQL.
//
// Its borders: it keeps, counts and gives back, and judges nothing but the order of reports; SQL stands here and in
// package store, and nowhere else. It has no clock: time is an argument.
package ledger

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"

	"abri.example/abri"
)

// Ledger is an open database. It is safe for concurrent use. Close it once.
type Ledger struct {
	log   *slog.Logger
	kind  dialect
	place string  // for people: without a password
	write *sql.DB // SQLite: one connection; PostgreSQL: the pool
	read  *sql.DB

	deliveries chan *delivery
	stop       context.CancelFunc
	wait       sync.WaitGroup

	posted   atomic.Int64 // the site with which posting goes on, 0 for the first
	unposted atomic.Int64 // reports in the journal, about

	hooks atomic.Pointer[[]*hook] // the webhooks as they were last read

	statements map[string]*sql.Stmt // of SQLite's writing connection; not changed after Open
}

// Open opens the database at address, a PostgreSQL by its URL ("postgres://…") or else a file of SQLite, which is made
// when it is absent, its owner's alone. The schema is brought up to this program's. Errors: CodeUnavailable when it
// can't be reached, CodeUnsupported when a later program made it.
func Open(ctx context.Context, address string, log *slog.Logger) (*Ledger, error) {
	l := &Ledger{log: log, deliveries: make(chan *delivery, mostWaiting)}
	err := l.connect(ctx, address)
	if err == nil {
		err = l.migrate(ctx)
	}
	if err == nil && !IsPostgres(address) {
		err = l.prepare(ctx)
	}
	if err == nil {
		err = l.RefreshWebhooks(ctx)
	}
	if err != nil {
		l.disconnect()
		return nil, l.explain("opening", err)
	}
	ctx, l.stop = context.WithCancel(context.WithoutCancel(ctx))
	for range l.kind.writers() {
		l.wait.Go(func() { l.commitAll(ctx) })
	}
	return l, nil
}

// IsPostgres reports whether an address is one of PostgreSQL.
func IsPostgres(address string) bool {
	return strings.HasPrefix(address, "postgres://") || strings.HasPrefix(address, "postgresql://")
}

// Close ends the connections. Reports that still wait are answered with ReasonUnavailable.
func (l *Ledger) Close() error {
	l.stop()
	l.wait.Wait()
	return l.explain("closing", l.disconnect())
}

func (l *Ledger) disconnect() error {
	var errs []error
	if l.read != nil && l.read != l.write {
		errs = append(errs, l.read.Close())
	}
	if l.write != nil {
		errs = append(errs, l.write.Close())
	}
	return errors.Join(errs...)
}

// explain gives an error its code and sentence. What has a code already passes unchanged.
func (l *Ledger) explain(doing string, err error) error {
	var known *abri.Error
	if err == nil || errors.As(err, &known) {
		return err
	}
	return &abri.Error{Code: abri.CodeUnavailable, Place: l.place, What: doing + " the observatory's database", Err: err}
}

// transact runs do in one transaction, all or nothing.
func (l *Ledger) transact(ctx context.Context, doing string, do func(*sql.Tx) error) error {
	tx, err := l.write.BeginTx(ctx, nil)
	if err != nil {
		return l.explain(doing, err)
	}
	defer tx.Rollback() // after a commit it does nothing
	if err := do(tx); err != nil {
		return l.explain(doing, err)
	}
	return l.explain(doing, tx.Commit())
}

// exec runs one statement in a transaction of its own and gives how many rows it touched.
func (l *Ledger) exec(ctx context.Context, doing, q string, args ...any) (n int64, err error) {
	err = l.transact(ctx, doing, func(tx *sql.Tx) error {
		done, err := tx.ExecContext(ctx, q, args...)
		if err != nil {
			return err
		}
		n, err = done.RowsAffected()
		return err
	})
	return n, err
}

// querier is a database or a transaction.
type querier interface {
	QueryContext(ctx context.Context, q string, args ...any) (*sql.Rows, error)
}

// query reads every row with scan.
func query[T any](ctx context.Context, db querier, scan func(*sql.Rows) (T, error), q string, args ...any) ([]T, error) {
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
