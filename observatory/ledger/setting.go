package ledger

import (
	"context"
	"database/sql"

	"abri.example/abri/observatory/audit"
)

// Remember keeps a setting in place of an earlier value; the same value again is no act. The audit log names it without
// its value, which may be secret.
func (l *Ledger) Remember(ctx context.Context, name, value string) error {
	if was, there, err := l.Recall(ctx, name); err != nil || there && was == value {
		return err
	}
	return l.act(ctx, "remembering in", audit.ChangeSetting, name, func(tx *sql.Tx) error {
		return l.kind.put(ctx, l, tx, settingsTable, settingsTable.orReplace(), [][]any{{name, value}})
	})
}

// RememberFirst keeps a setting unless there is one, and gives the one that stands: of several processes that begin at
// the same time, one decides.
func (l *Ledger) RememberFirst(ctx context.Context, name, value string) (string, error) {
	err := l.transact(ctx, "remembering in", func(tx *sql.Tx) error {
		return l.kind.put(ctx, l, tx, settingsTable, settingsTable.orKeep(), [][]any{{name, value}})
	})
	if err != nil {
		return "", err
	}
	v, _, err := l.Recall(ctx, name)
	return v, err
}

// Recall gives a setting, and false when there is none.
func (l *Ledger) Recall(ctx context.Context, name string) (string, bool, error) {
	found, err := query(ctx, l.read, func(r *sql.Rows) (v string, err error) { return v, r.Scan(&v) }, `SELECT value FROM settings WHERE name = $1`, name)
	if len(found) == 0 {
		return "", false, l.explain("reading", err)
	}
	return found[0], true, nil
}

// Forget takes a setting away, and reports whether it was there: of several who ask, one gets true.
func (l *Ledger) Forget(ctx context.Context, name, value string) (bool, error) {
	n, err := l.exec(ctx, "forgetting in", `DELETE FROM settings WHERE name = $1 AND value = $2`, name, value)
	return n > 0, err
}
