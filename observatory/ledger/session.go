package ledger

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"time"

	"abri.example/abri"
	"abri.example/abri/observatory/audit"
	"abri.example/abri/observatory/people"
)

// Session is one browser of a person who signed in. Digest is SHA-256 of its secret word; Means is how he signed in.
type Session struct {
	Digest [sha256.Size]byte
	Person string
	Since  time.Time
	Seen   time.Time
	Origin string
	Means  Means
}

// Means is how somebody signed in.
type Means string

// The means.
const (
	ByPasskey  Means = "passkey"
	ByOpenID   Means = "openid"
	ByRecovery Means = "recovery"
	ByLink     Means = "link"
)

// MaxSessions is how many sessions one person may have; the one that was seen longest ago makes room.
const MaxSessions = 20

// SignInByLink opens a session with a link and uses it up, both or neither. CodeRefused for a link that is unknown, used
// or over.
func (l *Ledger) SignInByLink(ctx context.Context, link [sha256.Size]byte, s Session) (p people.Person, err error) {
	err = l.signIn(ctx, &p, s, func(tx *sql.Tx) error {
		found, err := query(ctx, tx, func(r *sql.Rows) (id string, err error) { return id, r.Scan(&id) },
			`DELETE FROM links WHERE digest = $1 AND until > $2 RETURNING person`, link[:], nanos(s.Since))
		if err != nil {
			return err
		}
		if len(found) == 0 {
			return &abri.Error{Code: abri.CodeRefused, What: "this link is unknown, was used, or is over", Remedy: "ask for another one"}
		}
		p.ID = found[0]
		return nil
	})
	return p, err
}

// SignInByPasskey opens a session with a passkey, and keeps what it is now.
func (l *Ledger) SignInByPasskey(ctx context.Context, k Passkey, s Session) (p people.Person, err error) {
	err = l.signIn(ctx, &p, s, func(tx *sql.Tx) error {
		p.ID = k.Person
		return mustTouchIn(ctx, tx, "there is no such passkey", `UPDATE passkeys SET credential = $1, used = $2 WHERE id = $3 AND person = $4`,
			k.Credential, nanos(s.Since), k.ID, k.Person)
	})
	return p, err
}

// SignInByOpenID opens a session for a person who comes from an OpenID provider, and remembers who he is there. Once that
// is known, somebody else who has his mail address there later is not he.
func (l *Ledger) SignInByOpenID(ctx context.Context, person, subject string, s Session) (p people.Person, err error) {
	err = l.signIn(ctx, &p, s, func(tx *sql.Tx) error {
		p.ID = person
		return mustTouchIn(ctx, tx, "there is no such person", `UPDATE people SET subject = $1 WHERE person = $2 AND (subject = '' OR subject = $1)`, subject, person)
	})
	return p, err
}

// SignInByRecovery opens a session with a recovery code whose hash is given, and uses it up.
func (l *Ledger) SignInByRecovery(ctx context.Context, person, hash string, s Session) (p people.Person, err error) {
	err = l.signIn(ctx, &p, s, func(tx *sql.Tx) error {
		p.ID = person
		return mustTouchIn(ctx, tx, "the code was used", `UPDATE people SET selector = '', recovery = '' WHERE person = $1 AND recovery = $2 AND recovery <> ''`, person, hash)
	})
	return p, err
}

// signIn opens a session after what proves the person, in one transaction with its entry. proof says who it is.
func (l *Ledger) signIn(ctx context.Context, p *people.Person, s Session, proof func(*sql.Tx) error) error {
	return l.transact(ctx, "signing in to", func(tx *sql.Tx) error {
		err := proof(tx)
		if err == nil {
			*p, err = standingPerson(ctx, tx, p.ID)
		}
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `UPDATE people SET joined = $1 WHERE person = $2 AND joined = 0`, nanos(s.Since), p.ID); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM sessions WHERE person = $1 AND digest NOT IN
			(SELECT digest FROM sessions WHERE person = $1 ORDER BY seen DESC LIMIT $2)`, p.ID, MaxSessions-1); err != nil {
			return err
		}
		row := []any{s.Digest[:], p.ID, nanos(s.Since), nanos(s.Since), s.Origin, string(s.Means)}
		if err := l.kind.put(ctx, l, tx, sessionsTable, "", [][]any{row}); err != nil {
			return err
		}
		by := audit.By(ctx, audit.Actor{Who: p.Name + " " + p.ID, From: s.Origin, At: s.Since})
		return l.note(by, tx, audit.SignIn, string(s.Means), audit.Done)
	})
}

// SessionOf gives a session and whose it is; CodeNotFound when there is none. How old it may be is for who asks.
func (l *Ledger) SessionOf(ctx context.Context, digest [sha256.Size]byte) (Session, people.Person, error) {
	found, err := query(ctx, l.read, scanSession, sessionQuery+` WHERE digest = $1`, digest[:])
	if err == nil && len(found) == 0 {
		err = &abri.Error{Code: abri.CodeNotFound, What: "there is no such session"}
	}
	if err != nil {
		return Session{}, people.Person{}, l.explain("reading", err)
	}
	p, err := l.Person(ctx, found[0].Person)
	return found[0], p, err
}

// SessionsOf gives those of a person, the last seen first.
func (l *Ledger) SessionsOf(ctx context.Context, person string) ([]Session, error) {
	out, err := query(ctx, l.read, scanSession, sessionQuery+` WHERE person = $1 ORDER BY seen DESC, digest`, person)
	return out, l.explain("reading", err)
}

const sessionQuery = `SELECT digest, person, since, seen, origin, means FROM sessions`

func scanSession(r *sql.Rows) (s Session, err error) {
	var digest []byte
	err = r.Scan(&digest, &s.Person, timeOf{&s.Since}, timeOf{&s.Seen}, &s.Origin, &s.Means)
	copy(s.Digest[:], digest)
	return s, err
}

// SeeSession notes when a session was last seen.
func (l *Ledger) SeeSession(ctx context.Context, digest [sha256.Size]byte, at time.Time) error {
	_, err := l.exec(ctx, "noting a session in", `UPDATE sessions SET seen = $1 WHERE digest = $2 AND seen < $1`, nanos(at), digest[:])
	return err
}

// EndSession ends one of a person's sessions, if it is there.
func (l *Ledger) EndSession(ctx context.Context, person string, digest [sha256.Size]byte) error {
	return l.act(ctx, "ending a session in", audit.EndSession, person+" "+hex.EncodeToString(digest[:4]), func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM sessions WHERE person = $1 AND digest = $2`, person, digest[:])
		return err
	})
}

// SweepPeople takes away what is over: sessions since before, or not seen since, and links and challenges that ended.
func (l *Ledger) SweepPeople(ctx context.Context, now, since, seen time.Time) error {
	return l.transact(ctx, "sweeping", func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM sessions WHERE since < $1 OR seen < $2`, nanos(since), nanos(seen)); err != nil {
			return err
		}
		for _, q := range []string{`DELETE FROM links WHERE until < $1`, `DELETE FROM challenges WHERE until < $1`} {
			if _, err := tx.ExecContext(ctx, q, nanos(now)); err != nil {
				return err
			}
		}
		return nil
	})
}
