package ledger

import (
	"context"
	"database/sql"
	"strings"

	"github.com/pressly/goose/v3"
)

// sqlite writes a row a statement: each is prepared once, and there is no way to a server between.
type sqlite struct{}

func (sqlite) goose() goose.Dialect       { return goose.DialectSQLite3 }
func (sqlite) clustered() string          { return "WITHOUT ROWID" }
func (sqlite) writers() int               { return 1 }
func (sqlite) steady() sql.IsolationLevel { return sql.LevelDefault }

// alone is for free: one process serves a file.
func (sqlite) alone(context.Context, *sql.DB, int64) (func(), error) { return func() {}, nil }

// inTurn is for free: there is one writer.
func (sqlite) inTurn(context.Context, *sql.Tx, int64) error { return nil }

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
	s, err := l.prepared(ctx, tx, insertOne(t)+then)
	if err != nil {
		return err
	}
	for _, row := range rows {
		if _, err := s.ExecContext(ctx, row...); err != nil {
			return err
		}
	}
	return nil
}

func (sqlite) putNew(ctx context.Context, l *Ledger, tx *sql.Tx, t *table, rows [][]any) ([]bool, error) {
	s, err := l.prepared(ctx, tx, insertOne(t)+t.orKeep())
	if err != nil {
		return nil, err
	}
	out := make([]bool, len(rows))
	for i, row := range rows {
		done, err := s.ExecContext(ctx, row...)
		if err != nil {
			return nil, err
		}
		n, err := done.RowsAffected()
		if err != nil {
			return nil, err
		}
		out[i] = n == 1
	}
	return out, nil
}

func (sqlite) each(ctx context.Context, l *Ledger, tx *sql.Tx, q keyed, keys [][]any, take func(func(...any) error) error) error {
	s, err := l.prepared(ctx, tx, q.one())
	if err != nil {
		return err
	}
	for _, key := range keys {
		if err := takeAll(ctx, s, key, take); err != nil {
			return err
		}
	}
	return nil
}

func takeAll(ctx context.Context, s *sql.Stmt, key []any, take func(func(...any) error) error) error {
	rows, err := s.QueryContext(ctx, key...)
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

// one is the query for a single key.
func (q keyed) one() string {
	var where []string
	for _, c := range q.key {
		where = append(where, c.name+" = ?")
	}
	return "SELECT " + q.columns + " FROM " + q.from + " WHERE " + strings.Join(where, " AND ")
}

func insertOne(t *table) string {
	return "INSERT INTO " + t.name + " (" + t.names(-1) + ") VALUES (?" + strings.Repeat(",?", len(t.columns)-1) + ")"
}

// prepare prepares what each report needs, once for the one connection that writes.
func (l *Ledger) prepare(ctx context.Context) error {
	l.statements = map[string]*sql.Stmt{}
	for _, q := range []string{
		standingOfBox.one(), attackBefore.one(), insertOne(attacksTable) + attacksTable.orKeep(), insertOne(attacksTable) + attacksTable.orReplace(),
		insertOne(rollupsTable) + rollupsTable.orAdd(), insertOne(daysTable) + daysTable.orReplace(),
		insertOne(receiptsTable) + receiptsTable.orReplace(), insertOne(changesTable) + changesTable.orReplace(),
	} {
		s, err := l.write.PrepareContext(ctx, q)
		if err != nil {
			return err
		}
		l.statements[q] = s
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
