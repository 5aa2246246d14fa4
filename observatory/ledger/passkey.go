package ledger

import (
	"context"
	"database/sql"
	"encoding/hex"
	"time"

	"abri.example/abri"
	"abri.example/abri/observatory/audit"
)

// Passkey is one of a person's (W3C WebAuthn level 3): ID is the credential's, Credential what package signin keeps of it,
// Name what the person calls it.
type Passkey struct {
	ID         []byte
	Person     string
	Name       string
	Credential string
	Made       time.Time
	Used       time.Time
}

// MaxPasskeys is how many one person may have.
const MaxPasskeys = 20

// AddPasskey keeps a passkey. CodeFull beyond MaxPasskeys.
func (l *Ledger) AddPasskey(ctx context.Context, k Passkey) error {
	return l.act(ctx, "keeping a passkey in", audit.AddPasskey, k.Person+" "+k.Name, func(tx *sql.Tx) error {
		if _, err := standingPerson(ctx, tx, k.Person); err != nil {
			return err
		}
		n, err := passkeysOf(ctx, tx, k.Person)
		if err == nil && n >= MaxPasskeys {
			err = &abri.Error{Code: abri.CodeFull, What: "twenty passkeys are enough for one person", Remedy: "take one away first"}
		}
		if err != nil {
			return err
		}
		return l.kind.put(ctx, l, tx, passkeysTable, "", [][]any{{k.ID, k.Person, k.Name, k.Credential, nanos(k.Made), nanos(k.Used)}})
	})
}

// RemovePasskey takes one of a person's passkeys away. CodeRefused when he could not sign in any more: it is the last,
// he has no recovery code, and comes from no OpenID provider.
func (l *Ledger) RemovePasskey(ctx context.Context, person string, id []byte) error {
	return l.act(ctx, "taking a passkey out of", audit.RemovePasskey, person+" "+hex.EncodeToString(id[:min(len(id), 8)]), func(tx *sql.Tx) error {
		if err := mustTouchIn(ctx, tx, "there is no such passkey", `DELETE FROM passkeys WHERE person = $1 AND id = $2`, person, id); err != nil {
			return err
		}
		left, err := passkeysOf(ctx, tx, person)
		if err != nil || left > 0 {
			return err
		}
		var other bool
		err = tx.QueryRowContext(ctx, `SELECT selector <> '' OR subject <> '' FROM people WHERE person = $1`, person).Scan(&other)
		if err == nil && !other {
			err = &abri.Error{Code: abri.CodeRefused, What: "this is the last passkey, and there is no recovery code", Remedy: "make a recovery code or another passkey first"}
		}
		return err
	})
}

// passkeysOf is how many passkeys a person has.
func passkeysOf(ctx context.Context, tx *sql.Tx, person string) (n int, err error) {
	return n, tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM passkeys WHERE person = $1`, person).Scan(&n)
}

// Passkeys gives those of a person, the first made first.
func (l *Ledger) Passkeys(ctx context.Context, person string) ([]Passkey, error) {
	out, err := query(ctx, l.read, scanPasskey, passkeyQuery+` WHERE person = $1 ORDER BY made, id`, person)
	return out, l.explain("reading", err)
}

// Passkey gives one by its ID; CodeNotFound when there is none.
func (l *Ledger) Passkey(ctx context.Context, id []byte) (Passkey, error) {
	found, err := query(ctx, l.read, scanPasskey, passkeyQuery+` WHERE id = $1`, id)
	if err == nil && len(found) == 0 {
		err = &abri.Error{Code: abri.CodeNotFound, What: "there is no such passkey"}
	}
	if err != nil {
		return Passkey{}, l.explain("reading", err)
	}
	return found[0], nil
}

const passkeyQuery = `SELECT id, person, name, credential, made, used FROM passkeys`

func scanPasskey(r *sql.Rows) (k Passkey, err error) {
	return k, r.Scan(&k.ID, &k.Person, &k.Name, &k.Credential, timeOf{&k.Made}, timeOf{&k.Used})
}
