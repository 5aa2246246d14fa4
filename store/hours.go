package store

import (
	"context"
	"database/sql"
	"time"

	"abri.example/abri"
)

// Hour holds what was counted in one hour, at one side, for one reason (of passing or dropping): packets, their bytes,
// and noise, the findings that lead to nothing. Start is any instant of it; it is read back as its first, in UTC.
type Hour struct {
	Start   time.Time
	Side    abri.Side
	Reason  string
	Packets uint64
	Bytes   uint64
	Noise   uint64
}

// seqKey is the setting that holds the number of the last batch of hours.
const seqKey = "hours.seq"

// AddHours adds a batch of differences to the hours. A batch whose seq is not greater than the last one added was
// added before, and is ignored: so an uncertain batch may be sent again. Begin after the number that HoursSeq gives.
func (s *Store) AddHours(ctx context.Context, seq uint64, batch []Hour) error {
	return s.transact(ctx, "counting in", func(tx *sql.Tx) error {
		done, err := tx.ExecContext(ctx, `INSERT INTO settings (key, value) VALUES (?, ?)
			ON CONFLICT (key) DO UPDATE SET value = excluded.value WHERE CAST(excluded.value AS INTEGER) > CAST(settings.value AS INTEGER)`,
			seqKey, int64(seq))
		if err != nil {
			return err
		}
		if n, err := done.RowsAffected(); err != nil || n == 0 {
			return err
		}
		for _, h := range batch {
			if err := addHour(ctx, tx, h); err != nil {
				return err
			}
		}
		return nil
	})
}

func addHour(ctx context.Context, tx *sql.Tx, h Hour) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO hours (hour, side, reason, packets, bytes, noise) VALUES (?,?,?,?,?,?)
		ON CONFLICT (hour, side, reason) DO UPDATE SET
			packets = packets + excluded.packets, bytes = bytes + excluded.bytes, noise = noise + excluded.noise`,
		nanos(h.Start.Truncate(time.Hour)), h.Side, h.Reason, int64(h.Packets), int64(h.Bytes), int64(h.Noise))
	return err
}

// HoursSeq is the number of the last batch that AddHours added, 0 when there was none.
func (s *Store) HoursSeq(ctx context.Context) (uint64, error) {
	found, err := query(ctx, s, "reading", func(r *sql.Rows) (n uint64, err error) { return n, r.Scan(&n) },
		`SELECT CAST(value AS INTEGER) FROM settings WHERE key = ?`, seqKey)
	if len(found) == 0 {
		return 0, err
	}
	return found[0], err
}

// Hours gives the hours that end after since, oldest first, then by side and reason.
func (s *Store) Hours(ctx context.Context, since time.Time) ([]Hour, error) {
	return query(ctx, s, "reading hours from", scanHour,
		`SELECT hour, side, reason, packets, bytes, noise FROM hours WHERE hour >= ? ORDER BY hour, side, reason`,
		nanos(since.Truncate(time.Hour)))
}

func scanHour(r *sql.Rows) (h Hour, err error) {
	var start, packets, bytes, noise int64
	err = r.Scan(&start, &h.Side, &h.Reason, &packets, &bytes, &noise)
	h.Start, h.Packets, h.Bytes, h.Noise = instant(start), uint64(packets), uint64(bytes), uint64(noise)
	return h, err
}
