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
func (postgres) writers() int               { return 4 }
func (postgres) steady() sql.IsolationLevel { return sql.LevelRepeatableRead }

// Work that one process does at a time, by the number of its advisory lock.
const (
	migrating = 0x61627269 + iota
	summing
	noticing
	auditing
	leaving
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

func (postgres) putNew(ctx context.Context, _ *Ledger, tx *sql.Tx, t *table, rows [][]any) ([]bool, error) {
	out := make([]bool, len(rows))
	if len(rows) == 0 {
		return out, nil
	}
	// The order of rows is kept by unnest and by what is returned; which were new is told by their keys.
	at := make(map[string]int, len(rows))
	for i, row := range rows {
		at[keyText(row[:t.key])] = i
	}
	found, err := tx.QueryContext(ctx, insertAll(t)+t.orKeep()+" RETURNING "+t.names(t.key), arrays(t.columns, rows)...)
	if err != nil {
		return nil, err
	}
	defer found.Close()
	key, into := make([]any, t.key), make([]any, t.key)
	for i := range key {
		into[i] = &key[i]
	}
	for found.Next() {
		if err := found.Scan(into...); err != nil {
			return nil, err
		}
		out[at[keyText(key)]] = true
	}
	return out, found.Err()
}

// keyText spells a key so that no two are spelt alike.
func keyText(key []any) string {
	var b strings.Builder
	for _, part := range key {
		switch x := part.(type) {
		case []byte:
			fmt.Fprintf(&b, "%x|", x)
		case string:
			fmt.Fprintf(&b, "%q|", x)
		default:
			fmt.Fprintf(&b, "%d|", x)
		}
	}
	return b.String()
}

func (postgres) each(ctx context.Context, _ *Ledger, tx *sql.Tx, q keyed, keys [][]any, take func(func(...any) error) error) error {
	if len(keys) == 0 {
		return nil
	}
	var arraysOf, names, on []string
	for i, c := range q.key {
		arraysOf = append(arraysOf, fmt.Sprintf("$%d::%s[]", i+1, c.sort))
		names = append(names, fmt.Sprintf("k%d", i))
		on = append(on, fmt.Sprintf("%s = k.k%d", c.name, i))
	}
	text := "SELECT " + q.columns + " FROM " + q.from + " JOIN unnest(" + strings.Join(arraysOf, ", ") + ") AS k(" +
		strings.Join(names, ", ") + ") ON " + strings.Join(on, " AND ")
	if q.lock != "" {
		text += " ORDER BY " + keyNames(q.key) + " FOR UPDATE OF " + q.lock // in one order, or two processes wait for each other
	}
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

func keyNames(key []column) string {
	var out []string
	for _, c := range key {
		out = append(out, c.name)
	}
	return strings.Join(out, ", ")
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
