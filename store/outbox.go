package store

import (
	"context"
	"database/sql"
	"strconv"
	"time"

	"abri.example/abri"
)

// Untold is an attack that the observatory has not been told of in its last revision. Shift is by how much its times
// were moved when it was first told, because the box's clock was wrong; Known says that it was told before.
type Untold struct {
	abri.Attack
	Shift time.Duration
	Known bool
}

// Parcel is a report as it is sent, kept until the observatory has answered: if the answer is lost the same bytes go
// again.
type Parcel struct {
	Epoch string
	Seq   uint64
	Body  []byte
}

// Told is an attack that a parcel holds, in its revision, with the shift of its times.
type Told struct {
	ID       string
	Revision int
	Shift    time.Duration
}

// What the store remembers of the last parcel that was answered.
const (
	keyEpoch = "outbox.epoch"
	keySeq   = "outbox.seq"
)

// Outbox gives at most limit attacks that are to be told, the longest quiet first. The database itself notes each
// attack that is written: nothing can be forgotten.
func (s *Store) Outbox(ctx context.Context, limit int) ([]Untold, error) {
	return query(ctx, s, "reading the outbox of", func(r *sql.Rows) (u Untold, err error) {
		var shift sql.NullInt64
		u.Attack, err = scanAttackAnd(r, &shift)
		u.Shift, u.Known = time.Duration(shift.Int64), shift.Valid
		return u, err
	}, `SELECT `+attackColumns+`, (SELECT shift FROM told WHERE told.id = attacks.id) FROM attacks
		WHERE id IN (SELECT id FROM outbox) ORDER BY last, id LIMIT ?`, max(0, limit))
}

// Waiting is how many attacks are to be told.
func (s *Store) Waiting(ctx context.Context) (int, error) {
	n, err := query(ctx, s, "reading the outbox of", func(r *sql.Rows) (n int, err error) { return n, r.Scan(&n) }, `SELECT COUNT(*) FROM outbox`)
	if err != nil || len(n) == 0 {
		return 0, err
	}
	return n[0], nil
}

// Pack keeps a parcel, and what it holds of which attacks. There is one at a time: CodeRefused while another waits.
func (s *Store) Pack(ctx context.Context, p Parcel, holds []Told) error {
	return s.transact(ctx, "packing a report in", func(tx *sql.Tx) error {
		var n int
		if err := tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM parcel`).Scan(&n); err != nil {
			return err
		}
		if n > 0 {
			return &abri.Error{Code: abri.CodeRefused, What: "another report waits for its answer"}
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO parcel (epoch, seq, body) VALUES (?,?,?)`, p.Epoch, int64(p.Seq), p.Body); err != nil {
			return err
		}
		for _, t := range holds {
			if _, err := tx.ExecContext(ctx, `INSERT INTO packed (id, revision) VALUES (?,?)`, t.ID, t.Revision); err != nil {
				return err
			}
			if _, err := tx.ExecContext(ctx, `INSERT INTO told (id, shift) VALUES (?,?) ON CONFLICT (id) DO NOTHING`, t.ID, int64(t.Shift)); err != nil {
				return err
			}
		}
		return nil
	})
}

// Parcel gives the parcel that waits for its answer, and false when none does.
func (s *Store) Parcel(ctx context.Context) (Parcel, bool, error) {
	found, err := query(ctx, s, "reading the parcel of", func(r *sql.Rows) (p Parcel, err error) {
		return p, r.Scan(&p.Epoch, &p.Seq, &p.Body)
	}, `SELECT epoch, seq, body FROM parcel`)
	if len(found) == 0 {
		return Parcel{}, false, err
	}
	return found[0], true, err
}

// Delivered ends the parcel: the observatory has it on its disk. What changed since it was packed stays to be told.
func (s *Store) Delivered(ctx context.Context, p Parcel) error {
	return s.transact(ctx, "noting a delivery in", func(tx *sql.Tx) error {
		for _, q := range []string{
			`DELETE FROM outbox WHERE EXISTS (SELECT 1 FROM packed WHERE packed.id = outbox.id AND packed.revision >= outbox.revision)`,
			`DELETE FROM packed`, `DELETE FROM parcel`,
		} {
			if _, err := tx.ExecContext(ctx, q); err != nil {
				return err
			}
		}
		return note(ctx, tx, p.Epoch, p.Seq)
	})
}

// Unpack takes the parcel back: the observatory refused it, and has kept nothing of it. All of it is still to be told.
func (s *Store) Unpack(ctx context.Context) error {
	return s.transact(ctx, "taking a report back in", func(tx *sql.Tx) error {
		for _, q := range []string{`DELETE FROM packed`, `DELETE FROM parcel`} {
			if _, err := tx.ExecContext(ctx, q); err != nil {
				return err
			}
		}
		return nil
	})
}

// BeginEpoch counts parcels anew under another word, and has what was active since a time told again; the zero time
// leaves what was told.
func (s *Store) BeginEpoch(ctx context.Context, epoch string, since time.Time) error {
	return s.transact(ctx, "beginning an epoch in", func(tx *sql.Tx) error {
		for _, q := range []string{`DELETE FROM packed`, `DELETE FROM parcel`} {
			if _, err := tx.ExecContext(ctx, q); err != nil {
				return err
			}
		}
		if !since.IsZero() {
			if _, err := tx.ExecContext(ctx, `INSERT INTO outbox (id, revision) SELECT id, revision FROM attacks WHERE last >= ?
				ON CONFLICT (id) DO NOTHING`, nanos(since)); err != nil {
				return err
			}
		}
		return note(ctx, tx, epoch, 0)
	})
}

func note(ctx context.Context, tx *sql.Tx, epoch string, seq uint64) error {
	for key, value := range map[string]string{keyEpoch: epoch, keySeq: strconv.FormatUint(seq, 10)} {
		if _, err := tx.ExecContext(ctx, `INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value`, key, value); err != nil {
			return err
		}
	}
	return nil
}

// LastDelivered gives the epoch and the number of the last parcel that was answered; "" and 0 when there was none.
func (s *Store) LastDelivered(ctx context.Context) (epoch string, seq uint64, err error) {
	epoch, _, err = s.Recall(ctx, keyEpoch)
	if err != nil {
		return "", 0, err
	}
	text, ok, err := s.Recall(ctx, keySeq)
	if err != nil || !ok {
		return epoch, 0, err
	}
	seq, err = strconv.ParseUint(text, 10, 64)
	return epoch, seq, err
}
