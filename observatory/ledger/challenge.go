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
