package store

import (
	"context"
	"database/sql"
	"time"

	"abri.example/abri"
)

// Isolated is a device that a person isolated: an address, or that of a card; by whom, and since when.
type Isolated struct {
	Device string
	By     string
	At     time.Time
}

// Isolate keeps that a device is isolated, and writes the audit log with it.
func (s *Store) Isolate(ctx context.Context, i Isolated) error {
	return s.transact(ctx, "isolating in", func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `INSERT OR REPLACE INTO isolated (device, by, at) VALUES (?,?,?)`, i.Device, i.By, nanos(i.At)); err != nil {
			return err
		}
		return appendEntry(ctx, tx, Entry{At: i.At, Actor: i.By, Verb: "isolate", Object: i.Device})
	})
}

// Rejoin ends the isolation of a device, and writes the audit log with it. CodeNotFound when it is not isolated.
func (s *Store) Rejoin(ctx context.Context, device, by string, at time.Time) error {
	return s.transact(ctx, "ending an isolation in", func(tx *sql.Tx) error {
		done, err := tx.ExecContext(ctx, `DELETE FROM isolated WHERE device = ?`, device)
		if err != nil {
			return err
		}
		if n, err := done.RowsAffected(); err != nil {
			return err
		} else if n == 0 {
			return &abri.Error{Code: abri.CodeNotFound, Place: device, What: "this device is not isolated", Remedy: "`abri isolate` lists those that are"}
		}
		return appendEntry(ctx, tx, Entry{At: at, Actor: by, Verb: "withdraw isolate", Object: device})
	})
}

// Isolated gives the isolated devices, the first first.
func (s *Store) Isolated(ctx context.Context) ([]Isolated, error) {
	return query(ctx, s, "reading isolated devices from", func(r *sql.Rows) (i Isolated, err error) {
		var at int64
		err = r.Scan(&i.Device, &i.By, &at)
		i.At = instant(at)
		return i, err
	}, `SELECT device, by, at FROM isolated ORDER BY at, device`)
}
