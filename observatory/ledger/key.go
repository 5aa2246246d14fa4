package ledger

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"strconv"
	"strings"
	"time"

	"abri.example/abri"
	"abri.example/abri/observatory/audit"
	"abri.example/abri/observatory/people"
)

// Key lets a program read and act for a person. Digest is SHA-256 of its secret, which is kept nowhere. An empty Scope is
// the person's own.
type Key struct {
	ID     string
	Digest [sha256.Size]byte
	Person string
	Name   string
	Role   people.Role
	Scope  people.Scope
	Made   time.Time
	Until  time.Time
	Used   time.Time // to the minute
}

// MostKeys is how many keys a person may have.
const MostKeys = 50

// PutKey enters a key. CodeRefused when the person has too many.
func (l *Ledger) PutKey(ctx context.Context, k Key) error {
	return l.act(ctx, "entering a key in", audit.ManageKey, "key "+k.ID+" "+k.Name+" "+string(k.Role), func(tx *sql.Tx) error {
		if _, err := standingPerson(ctx, tx, k.Person); err != nil {
			return err
		}
		var n int
		if err := tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM keys WHERE person = $1`, k.Person).Scan(&n); err != nil {
			return err
		}
		if n >= MostKeys {
			return &abri.Error{Code: abri.CodeRefused, What: "this person has too many keys", Remedy: "take one away first"}
		}
		return l.kind.put(ctx, l, tx, keysTable, "", [][]any{{k.ID, k.Digest[:], k.Person, k.Name, string(k.Role), spellNumbers(k.Scope.Groups), spellNumbers(k.Scope.Sites),
			nanos(k.Made), nanos(k.Until), int64(0)}})
	})
}

// RemoveKey takes a key away, at once. CodeNotFound when the person has none of this ID; "" is anybody.
func (l *Ledger) RemoveKey(ctx context.Context, id, person string) error {
	return l.act(ctx, "taking a key out of", audit.ManageKey, "key "+id+" taken away", func(tx *sql.Tx) error {
		return mustTouchIn(ctx, tx, "there is no such key", `DELETE FROM keys WHERE id = $1 AND (person = $2 OR $2 = '')`, id, person)
	})
}

const keyQuery = `SELECT id, digest, person, name, role, of_groups, of_sites, made, until, used FROM keys`

func scanKey(r *sql.Rows) (k Key, err error) {
	var digest []byte
	var groups, sites string
	if err := r.Scan(&k.ID, &digest, &k.Person, &k.Name, &k.Role, &groups, &sites, timeOf{&k.Made}, timeOf{&k.Until}, timeOf{&k.Used}); err != nil {
		return k, err
	}
	copy(k.Digest[:], digest)
	k.Scope = people.Scope{Groups: readNumbers(groups), Sites: readNumbers(sites)}
	return k, nil
}

// Key gives a key; CodeNotFound when there is none.
func (l *Ledger) Key(ctx context.Context, id string) (Key, error) {
	found, err := query(ctx, l.read, scanKey, keyQuery+` WHERE id = $1`, id)
	if err == nil && len(found) == 0 {
		err = &abri.Error{Code: abri.CodeNotFound, What: "there is no such key"}
	}
	if err != nil {
		return Key{}, l.explain("reading", err)
	}
	return found[0], nil
}

// Keys gives the keys of a person, of everybody with "", by name.
func (l *Ledger) Keys(ctx context.Context, person string) ([]Key, error) {
	out, err := query(ctx, l.read, scanKey, keyQuery+` WHERE person = $1 OR $1 = '' ORDER BY name, id`, person)
	return out, l.explain("reading", err)
}

// UseKey notes when a key was last used.
func (l *Ledger) UseKey(ctx context.Context, id string, at time.Time) error {
	_, err := l.exec(ctx, "noting the use of a key in", `UPDATE keys SET used = $1 WHERE id = $2`, nanos(at), id)
	return err
}

func spellNumbers(all []int64) string {
	var out []string
	for _, n := range all {
		out = append(out, strconv.FormatInt(n, 10))
	}
	return strings.Join(out, " ")
}

func readNumbers(s string) (out []int64) {
	for word := range strings.FieldsSeq(s) {
		if n, err := strconv.ParseInt(word, 10, 64); err == nil {
			out = append(out, n)
		}
	}
	return out
}
