package ledger

import (
	"context"
	"database/sql"

	"github.com/pressly/goose/v3"
)

// dialect is all in which the two databases differ: how many rows go in at once.
type dialect interface {
	goose() goose.Dialect
	clustered() string          // the words at the end of a table that lies in the order of its key
	octets(text string) string  // a text as the bytes that it is
	writers() int               // how many groups of reports are committed at once
	steady() sql.IsolationLevel // of a transaction that sees one moment

	// alone keeps other processes from the same work until the function it gives is called. It waits for them.
	alone(ctx context.Context, db *sql.DB, work int64) (func(), error)

	// inTurn has a transaction do this work alone, until its end, of all processes. It waits for the one before.
	inTurn(ctx context.Context, tx *sql.Tx, work int64) error

	// appendOnly are the statements by which the database itself refuses to change or take away what is in the audit log.
	// They may be run again.
	appendOnly() []string

	// holdSites is inTurn for the reports of each of these sites, which are in order.
	holdSites(ctx context.Context, tx *sql.Tx, sites []int64) error

	// put inserts rows, all the columns of the table each, and then says what becomes of one whose key is there.
	put(ctx context.Context, l *Ledger, tx *sql.Tx, t *table, then string, rows [][]any) error

	// drop takes the rows with these keys away.
	drop(ctx context.Context, l *Ledger, tx *sql.Tx, t *table, keys [][]any) error

	// each reads the rows of a query that have one of the keys, and gives each to take with the function that scans it.
	each(ctx context.Context, l *Ledger, tx *sql.Tx, q keyed, keys [][]any, take func(scan func(...any) error) error) error
}

// keyed is a query by a key: the columns to read, from what, and the columns of the key with their types.
type keyed struct {
	columns, from string
	key           []column
}
