package ledger

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"github.com/pressly/goose/v3"
)

// postgres writes all rows in one statement, a column an array: one way to the server and back.
type postgres struct{}

func (postgres) goose() goose.Dialect       { return goose.DialectPostgres }
func (postgres) clustered() string          { return "" }
func (postgres) octets(text string) string  { return "convert_to(" + text + ", 'UTF8')" }
func (postgres) writers() int               { return 2 }
func (postgres) steady() sql.IsolationLevel { return sql.LevelRepeatableRead }

// Work that one process does at a time, by the number of its advisory lock.
const (
	migrating = 0x61627269 + iota
	summing
	noticing
	auditing
	leaving
	posting
	calling
)

func (postgres) alone(ctx context.Context, db *sql.DB, work int64) (func(), error) {
	c, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := c.ExecContext(ctx, "SELECT pg_advisory_lock($1)", work); err != nil {
		c.Close()
		return nil, err
	}
	return func() {
		_, _ = c.ExecContext(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock($1)", work) // the connection's end does it too
		c.Close()
	}, nil
}

func (postgres) inTurn(ctx context.Context, tx *sql.Tx, work int64) error {
	_, err := tx.ExecContext(ctx, "SELECT pg_advisory_xact_lock($1)", work)
	return err
}

func (postgres) appendOnly() []string {
	return []string{
		`CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$`,
		`CREATE OR REPLACE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_refuse()`,
		`CREATE OR REPLACE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()`,
	}
}

func (postgres) put(ctx context.Context, _ *Ledger, tx *sql.Tx, t *table, then string, rows [][]any) error {
	if len(rows) == 0 {
		return nil
	}
	_, err := tx.ExecContext(ctx, insertAll(t)+then, arrays(t.columns, rows)...)
	return err
}

// holdSites takes a lock for each site on the server to which all processes speak. It is no lock of a row: what is read
// after it is read as it stands then, where a row that waited for its lock is read as it was before.
func (postgres) holdSites(ctx context.Context, tx *sql.Tx, sites []int64) error {
	const beside = 1 << 62 // the locks of work
	keys := make([]int64, len(sites))
	for i, s := range sites {
		keys[i] = s | beside
	}
	_, err := tx.ExecContext(ctx, "SELECT pg_advisory_xact_lock(k) FROM unnest($1::bigint[]) AS k", keys)
	return err
}

func (postgres) drop(ctx context.Context, _ *Ledger, tx *sql.Tx, t *table, keys [][]any) error {
	if len(keys) == 0 {
		return nil
	}
	key := t.columns[:t.key]
	_, err := tx.ExecContext(ctx, "DELETE FROM "+t.name+" USING "+unnested(key)+" WHERE "+matching(t.name+".", key), arrays(key, keys)...)
	return err
}

func (postgres) each(ctx context.Context, _ *Ledger, tx *sql.Tx, q keyed, keys [][]any, take func(func(...any) error) error) error {
	if len(keys) == 0 {
		return nil
	}
	text := "SELECT " + q.columns + " FROM " + q.from + " JOIN " + unnested(q.key) + " ON " + matching("", q.key)
	rows, err := tx.QueryContext(ctx, text, arrays(q.key, keys)...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := take(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

// unnested are keys as a table k(k0, k1, ...).
func unnested(key []column) string {
	var of, names []string
	for i, c := range key {
		of = append(of, fmt.Sprintf("$%d::%s[]", i+1, c.sort))
		names = append(names, fmt.Sprintf("k%d", i))
	}
	return "unnest(" + strings.Join(of, ", ") + ") AS k(" + strings.Join(names, ", ") + ")"
}

// matching joins the columns of a key with that table.
func matching(of string, key []column) string {
	var on []string
	for i, c := range key {
		on = append(on, fmt.Sprintf("%s%s = k.k%d", of, c.name, i))
	}
	return strings.Join(on, " AND ")
}

func insertAll(t *table) string {
	var of []string
	for i, c := range t.columns {
		of = append(of, fmt.Sprintf("$%d::%s[]", i+1, c.sort))
	}
	return "INSERT INTO " + t.name + " (" + t.names(-1) + ") SELECT * FROM unnest(" + strings.Join(of, ", ") + ")"
}

// arrays turns rows into columns.
func arrays(columns []column, rows [][]any) []any {
	out := make([]any, len(columns))
	for i, c := range columns {
		switch c.sort {
		case "text":
			out[i] = columnOf[string](rows, i)
		case "bytea":
			out[i] = columnOf[[]byte](rows, i)
		case "double precision":
			out[i] = columnOf[float64](rows, i)
		default:
			out[i] = columnOf[int64](rows, i)
		}
	}
	return out
}

func columnOf[T any](rows [][]any, i int) []T {
	out := make([]T, len(rows))
	for n, row := range rows {
		out[n] = row[i].(T)
	}
	return out
}
