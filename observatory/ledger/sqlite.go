package ledger

import (
	"context"
	"database/sql"
	"strings"

	"github.com/pressly/goose/v3"
)

// sqlite writes and reads up to 64 rows a statement, each form of which is prepared once: there is no way to a server
// between, and what a row costs beyond its insertion is half of it.
type sqlite struct{}

// atOnce are the numbers of rows for which there is a statement, the largest first.
var atOnce = []int{64, 8, 1}

func (sqlite) goose() goose.Dialect       { return goose.DialectSQLite3 }
func (sqlite) clustered() string          { return "WITHOUT ROWID" }
func (sqlite) octets(text string) string  { return "CAST(" + text + " AS BLOB)" }
func (sqlite) writers() int               { return 1 }
func (sqlite) steady() sql.IsolationLevel { return sql.LevelDefault }

// alone is for free: one process serves a file.
func (sqlite) alone(context.Context, *sql.DB, int64) (func(), error) { return func() {}, nil }

// inTurn and holdSites are for free: there is one writer.
func (sqlite) inTurn(context.Context, *sql.Tx, int64) error      { return nil }
func (sqlite) holdSites(context.Context, *sql.Tx, []int64) error { return nil }

// appendOnly minds INSERT OR REPLACE too, which takes a row away without asking the trigger for that.
func (sqlite) appendOnly() []string {
	const refuse = ` BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END`
	return []string{
		`CREATE TRIGGER IF NOT EXISTS audit_no_update BEFORE UPDATE ON audit` + refuse,
		`CREATE TRIGGER IF NOT EXISTS audit_no_delete BEFORE DELETE ON audit` + refuse,
		`CREATE TRIGGER IF NOT EXISTS audit_no_replace BEFORE INSERT ON audit WHEN EXISTS (SELECT 1 FROM audit WHERE number = NEW.number)` + refuse,
	}
}

func (sqlite) put(ctx context.Context, l *Ledger, tx *sql.Tx, t *table, then string, rows [][]any) error {
	return l.inPortions(ctx, tx, rows, func(n int) string { return insertion(t, n) + then }, execute)
}

func (sqlite) drop(ctx context.Context, l *Ledger, tx *sql.Tx, t *table, keys [][]any) error {
	return l.inPortions(ctx, tx, keys, func(n int) string { return deletion(t, n) }, execute)
}

func (sqlite) each(ctx context.Context, l *Ledger, tx *sql.Tx, q keyed, keys [][]any, take func(func(...any) error) error) error {
	return l.inPortions(ctx, tx, keys, q.many, func(ctx context.Context, s *sql.Stmt, args []any) error {
		rows, err := s.QueryContext(ctx, args...)
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
	})
}

func execute(ctx context.Context, s *sql.Stmt, args []any) error {
	_, err := s.ExecContext(ctx, args...)
	return err
}

// inPortions runs a statement over rows, as many at once as there are statements for.
func (l *Ledger) inPortions(ctx context.Context, tx *sql.Tx, rows [][]any, text func(int) string, run func(context.Context, *sql.Stmt, []any) error) error {
	ctx = context.WithoutCancel(ctx) // who watches a context costs as much as a row; a portion is short
	var args []any
	for _, n := range atOnce {
		if len(rows) < n {
			continue
		}
		s, err := l.prepared(ctx, tx, text(n))
		if err != nil {
			return err
		}
		for ; len(rows) >= n; rows = rows[n:] {
			args = args[:0]
			for _, row := range rows[:n] {
				args = append(args, row...)
			}
			if err := run(ctx, s, args); err != nil {
				return err
			}
		}
	}
	return nil
}

// many is the query for n keys.
func (q keyed) many(n int) string {
	var names, where []string
	for i, c := range q.key {
		k := "k" + string(rune('0'+i))
		names, where = append(names, k), append(where, c.name+" = k."+k)
	}
	return "WITH k(" + strings.Join(names, ", ") + ") AS (VALUES " + places(len(q.key), n) + ") SELECT " + q.columns + " FROM k, " + q.from +
		" WHERE " + strings.Join(where, " AND ")
}

func insertion(t *table, n int) string {
	return "INSERT INTO " + t.name + " (" + t.names(-1) + ") VALUES " + places(len(t.columns), n)
}

func deletion(t *table, n int) string {
	return "DELETE FROM " + t.name + " WHERE (" + t.names(t.key) + ") IN (VALUES " + places(t.key, n) + ")"
}

// places are the places of n rows: "(?,?),(?,?)".
func places(columns, n int) string {
	one := ",(?" + strings.Repeat(",?", columns-1) + ")"
	return strings.Repeat(one, n)[1:]
}

// prepare prepares what each report needs, once for the one connection that writes.
func (l *Ledger) prepare(ctx context.Context) error {
	l.statements = map[string]*sql.Stmt{}
	for _, n := range atOnce {
		for _, q := range []string{
			standingOfBox.many(n), attackBefore.many(n), insertion(journalTable, n), deletion(journalTable, n),
			insertion(attacksTable, n) + attacksTable.orReplace(), insertion(rollupsTable, n) + rollupsTable.orAdd(),
			insertion(changesTable, n) + changesTable.orAdd(), insertion(daysTable, n) + daysTable.orReplace(),
			insertion(receiptsTable, n) + receiptsTable.orReplace(),
		} {
			s, err := l.write.PrepareContext(ctx, q)
			if err != nil {
				return err
			}
			l.statements[q] = s
		}
	}
	return nil
}

// prepared gives a statement for use in a transaction.
func (l *Ledger) prepared(ctx context.Context, tx *sql.Tx, q string) (*sql.Stmt, error) {
	if s := l.statements[q]; s != nil {
		return tx.StmtContext(ctx, s), nil
	}
	return tx.PrepareContext(ctx, q)
}
