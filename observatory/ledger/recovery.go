package ledger

import (
	"context"
	"database/sql"

	"abri.example/abri"
	"abri.example/abri/observatory/audit"
)

// SetRecovery keeps what is known of a person's recovery code, in place of an earlier one.
func (l *Ledger) SetRecovery(ctx context.Context, person, selector, hash string) error {
	return l.act(ctx, "keeping a recovery code in", audit.NewRecovery, person, func(tx *sql.Tx) error {
		return mustTouchIn(ctx, tx, "there is no such person", `UPDATE people SET selector = $1, recovery = $2 WHERE person = $3 AND revoked = 0`, selector, hash, person)
	})
}

// HasRecovery reports whether a person has a recovery code that was not used.
func (l *Ledger) HasRecovery(ctx context.Context, person string) (has bool, err error) {
	err = l.read.QueryRowContext(ctx, `SELECT COUNT(*) > 0 FROM people WHERE person = $1 AND selector <> ''`, person).Scan(&has)
	return has, l.explain("reading", err)
}

// Recovery gives who has a recovery code with this selector, and the hash of the rest. CodeNotFound when nobody has.
func (l *Ledger) Recovery(ctx context.Context, selector string) (person, hash string, err error) {
	type found struct{ person, hash string }
	out, err := query(ctx, l.read, func(r *sql.Rows) (f found, err error) { return f, r.Scan(&f.person, &f.hash) },
		`SELECT person, recovery FROM people WHERE selector = $1 AND selector <> '' AND revoked = 0`, selector)
	if err == nil && len(out) != 1 {
		err = &abri.Error{Code: abri.CodeNotFound, What: "nobody has this recovery code"}
	}
	if err != nil {
		return "", "", l.explain("reading", err)
	}
	return out[0].person, out[0].hash, nil
}
