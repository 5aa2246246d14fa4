package store

import (
	"context"
	"database/sql"
	"net/netip"
	"time"

	"abri.example/abri"
)

const putAttack = `INSERT INTO attacks (` + attackColumns + `)
VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)
ON CONFLICT (id) DO UPDATE SET
	revision = excluded.revision, kind = excluded.kind, service = excluded.service, direction = excluded.direction,
	outside = excluded.outside, inside = excluded.inside, port = excluded.port, proto = excluded.proto,
	first = excluded.first, last = excluded.last, day = excluded.day, attempts = excluded.attempts,
	packets = excluded.packets, bytes = excluded.bytes, sources = excluded.sources, outcome = excluded.outcome,
	why = excluded.why, answered = excluded.answered, ended = excluded.ended, rest = excluded.rest,
	device = excluded.device
WHERE excluded.revision > attacks.revision`

// Put keeps attacks, all or none: when it returns nil they are on the disk. A later revision of an id replaces what is
// kept, an older or equal one is ignored, so that a batch may be put again after an error whose end is unknown.
func (s *Store) Put(ctx context.Context, attacks []abri.Attack) error {
	if len(attacks) == 0 {
		return nil
	}
	rows := make([][]any, len(attacks))
	for i, a := range attacks {
		row, err := attackRow(a)
		if err != nil {
			return s.explain("keeping attacks in", err)
		}
		rows[i] = row
	}
	return s.transact(ctx, "keeping attacks in", func(tx *sql.Tx) error {
		put := tx.StmtContext(ctx, s.put)
		for _, row := range rows {
			if _, err := put.ExecContext(ctx, row...); err != nil {
				return err
			}
		}
		return nil
	})
}

// ByID gives the attacks whose id begins so, two at the most: an id is long, and its beginning is mostly enough.
func (s *Store) ByID(ctx context.Context, begin string) ([]abri.Attack, error) {
	return s.attacks(ctx, `WHERE id >= ? AND id < ? ORDER BY id LIMIT 2`, begin, begin+"g") // ids are hexadecimal
}

// Outward gives at most limit attacks on their way out that were active at since or after, latest activity first.
func (s *Store) Outward(ctx context.Context, since time.Time, limit int) ([]abri.Attack, error) {
	return s.attacks(ctx, `WHERE direction = ? AND last >= ? ORDER BY last DESC, id LIMIT ?`, string(abri.Out), nanos(since), max(0, limit))
}

// LookedBack gives the n attacks that were found by looking back and went on last, the latest first.
func (s *Store) LookedBack(ctx context.Context, n int) ([]abri.Attack, error) {
	return s.attacks(ctx, `WHERE substr(why, 1, 21) = '{"rule":"looked-back"' ORDER BY last DESC, id LIMIT ?`, max(0, n))
}

// OpenAttacks gives the attacks that have not ended and were active at since or after, oldest activity first: what a
// restarted box goes on counting. The zero time gives all of them.
func (s *Store) OpenAttacks(ctx context.Context, since time.Time) ([]abri.Attack, error) {
	return s.attacks(ctx, `WHERE ended = 0 AND last >= ? ORDER BY last, id`, nanos(since))
}

// ActiveSince gives at most limit attacks that were active at t or after, ended or not, latest activity first.
func (s *Store) ActiveSince(ctx context.Context, t time.Time, limit int) ([]abri.Attack, error) {
	return s.attacks(ctx, `WHERE last >= ? ORDER BY last DESC, id LIMIT ?`, nanos(t), max(0, limit))
}

// Recent gives at most limit attacks, latest activity first.
func (s *Store) Recent(ctx context.Context, limit int) ([]abri.Attack, error) {
	return s.attacks(ctx, `ORDER BY last DESC, id LIMIT ?`, max(0, limit))
}

// AimedAt gives at most limit attacks at a service that were active at since or after, latest activity first.
func (s *Store) AimedAt(ctx context.Context, service abri.Service, since time.Time, limit int) ([]abri.Attack, error) {
	return s.attacks(ctx, `WHERE service = ? AND last >= ? ORDER BY last DESC, id LIMIT ?`, string(service), nanos(since), max(0, limit))
}

// ByAddress gives at most limit attacks with addr at either end, latest activity first: who tried, or what a device
// did.
func (s *Store) ByAddress(ctx context.Context, addr netip.Addr, limit int) ([]abri.Attack, error) {
	a, n := addrBlob(addr.Unmap()), max(0, limit)
	return s.attacks(ctx, `WHERE rowid IN (
		SELECT rowid FROM (SELECT rowid FROM attacks WHERE outside = ? ORDER BY last DESC, id LIMIT ?) UNION
		SELECT rowid FROM (SELECT rowid FROM attacks WHERE inside = ? ORDER BY last DESC, id LIMIT ?)
	) ORDER BY last DESC, id LIMIT ?`, a, n, a, n, n) // each end by its index: one address may fill the table
}

func (s *Store) attacks(ctx context.Context, which string, args ...any) ([]abri.Attack, error) {
	return query(ctx, s, "reading attacks from", scanAttack, `SELECT `+attackColumns+` FROM attacks `+which, args...)
}
