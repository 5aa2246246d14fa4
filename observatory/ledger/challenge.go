package ledger

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"time"

	"abri.example/abri"
)

// Challenge is what was asked of a browser, to be answered once within a time, at whichever process. Digest is SHA-256 of
// the secret that the browser brings back; Detail is for who asked.
type Challenge struct {
	Digest [sha256.Size]byte
	Sort   string
	Detail string
	Until  time.Time
}

// MaxChallenges is how many may wait for their answer: who asks for more pushes the oldest out.
const MaxChallenges = 4096

// PutChallenge keeps a challenge until it is answered.
func (l *Ledger) PutChallenge(ctx context.Context, c Challenge, now time.Time) error {
	return l.transact(ctx, "keeping a challenge in", func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM challenges WHERE until <= $1 OR digest NOT IN (SELECT digest FROM challenges ORDER BY until DESC LIMIT $2)`,
			nanos(now), MaxChallenges-1); err != nil {
			return err
		}
		return l.kind.put(ctx, l, tx, challengesTable, "", [][]any{{c.Digest[:], c.Sort, c.Detail, nanos(c.Until)}})
	})
}

// TakeChallenge gives a challenge and forgets it: of several answers one is looked at. CodeRefused when there is none.
func (l *Ledger) TakeChallenge(ctx context.Context, sort string, digest [sha256.Size]byte, now time.Time) (string, error) {
	var found []string
	err := l.transact(ctx, "taking a challenge from", func(tx *sql.Tx) (err error) {
		found, err = query(ctx, tx, func(r *sql.Rows) (d string, err error) { return d, r.Scan(&d) },
			`DELETE FROM challenges WHERE digest = $1 AND sort = $2 AND until > $3 RETURNING detail`, digest[:], sort, nanos(now))
		return err
	})
	if err == nil && len(found) == 0 {
		err = &abri.Error{Code: abri.CodeRefused, What: "this was answered already, or it took too long", Remedy: "begin again"}
	}
	if err != nil {
		return "", err
	}
	return found[0], nil
}

// Try counts one try from a place and reports how many there were within a while, this one included. The count begins
// anew when the while is over.
func (l *Ledger) Try(ctx context.Context, place string, now time.Time, while time.Duration) (n int, err error) {
	err = l.transact(ctx, "counting a try in", func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, `INSERT INTO tries (place, since, count) VALUES ($1, $2, 1) ON CONFLICT (place) DO UPDATE SET
			count = CASE WHEN tries.since > $3 AND tries.since <= $2 THEN tries.count + 1 ELSE 1 END,
			since = CASE WHEN tries.since > $3 AND tries.since <= $2 THEN tries.since ELSE $2 END RETURNING count`,
			place, nanos(now), nanos(now.Add(-while))).Scan(&n)
	})
	return n, err
}
