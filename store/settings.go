package store

import (
	"context"
	"database/sql"
)

// Remember keeps a setting over restarts, in place of an earlier value. Keys with "hours." are the store's own.
func (s *Store) Remember(ctx context.Context, key, value string) error {
	return s.transact(ctx, "remembering in", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO settings (key, value) VALUES (?, ?)
			ON CONFLICT (key) DO UPDATE SET value = excluded.value`, key, value)
		return err
	})
}

// Recall gives a remembered setting, and false when there is none.
func (s *Store) Recall(ctx context.Context, key string) (string, bool, error) {
	found, err := query(ctx, s, "recalling from", func(r *sql.Rows) (v string, err error) { return v, r.Scan(&v) },
		`SELECT value FROM settings WHERE key = ?`, key)
	if len(found) == 0 {
		return "", false, err
	}
	return found[0], true, err
}
