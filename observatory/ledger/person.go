package ledger

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"slices"
	"strconv"
	"strings"
	"time"

	"abri.example/abri"
	"abri.example/abri/observatory/audit"
	"abri.example/abri/observatory/people"
)

// Link is a way to sign in once, until a time. Digest is SHA-256 of its secret, which is kept nowhere.
type Link struct {
	Digest [sha256.Size]byte
	Made   time.Time
	Until  time.Time
}

// InvitePerson enters a person with the link by which he signs in first. CodeInvalid when he can't be one, CodeRefused
// when somebody else who may sign in has his mail address: an OpenID provider could not tell them apart.
func (l *Ledger) InvitePerson(ctx context.Context, p people.Person, link Link) error {
	if err := p.Check(); err != nil {
		return err
	}
	return l.act(ctx, "inviting a person in", audit.InvitePerson, described(p), func(tx *sql.Tx) error {
		if err := l.checkScope(ctx, tx, p.Scope); err != nil {
			return err
		}
		if err := mailIsFree(ctx, tx, p); err != nil {
			return err
		}
		row := []any{p.ID, p.Name, p.Mail, "", string(p.Role), nanos(p.Invited), p.By, int64(0), int64(0), "", ""}
		if err := l.kind.put(ctx, l, tx, peopleTable, "", [][]any{row}); err != nil {
			return err
		}
		if err := l.putScope(ctx, tx, p); err != nil {
			return err
		}
		return l.putLink(ctx, tx, p.ID, link)
	})
}

// Relink gives a person another link, in place of those that wait: for who lost all his keys.
func (l *Ledger) Relink(ctx context.Context, person string, link Link) error {
	return l.act(ctx, "inviting a person in", audit.InvitePerson, "again "+person, func(tx *sql.Tx) error {
		if _, err := standingPerson(ctx, tx, person); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM links WHERE person = $1`, person); err != nil {
			return err
		}
		return l.putLink(ctx, tx, person, link)
	})
}

func (l *Ledger) putLink(ctx context.Context, tx *sql.Tx, person string, link Link) error {
	return l.kind.put(ctx, l, tx, linksTable, "", [][]any{{link.Digest[:], person, nanos(link.Made), nanos(link.Until)}})
}

// PutFirst enters the first administrator unless he is there, and gives him a link in place of those that wait. Of several
// processes that begin at the same time the last one's link is good. CodeNotFound when he was taken out.
func (l *Ledger) PutFirst(ctx context.Context, p people.Person, link Link) error {
	return l.transact(ctx, "entering the first administrator in", func(tx *sql.Tx) error {
		row := []any{p.ID, p.Name, p.Mail, "", string(p.Role), nanos(p.Invited), p.By, int64(0), int64(0), "", ""}
		if err := l.kind.put(ctx, l, tx, peopleTable, peopleTable.orKeep(), [][]any{row}); err != nil {
			return err
		}
		if _, err := standingPerson(ctx, tx, p.ID); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM links WHERE person = $1`, p.ID); err != nil {
			return err
		}
		return l.putLink(ctx, tx, p.ID, link)
	})
}

// ChangePerson gives a person another role and scope, and ends his sessions. CodeRefused for the last administrator.
func (l *Ledger) ChangePerson(ctx context.Context, id string, role people.Role, scope people.Scope) error {
	on := id + " to " + described(people.Person{Role: role, Scope: scope})
	return l.act(ctx, "changing a person in", audit.ChangePerson, on, func(tx *sql.Tx) error {
		p, err := standingPerson(ctx, tx, id)
		if err != nil {
			return err
		}
		was := p.Role
		p.Role, p.Scope = role, scope
		if err := p.Check(); err != nil {
			return err
		}
		if err := l.checkScope(ctx, tx, scope); err != nil {
			return err
		}
		if was == people.Administrator && role != people.Administrator {
			if err := l.anotherAdministrator(ctx, tx, id); err != nil {
				return err
			}
		}
		if _, err := tx.ExecContext(ctx, `UPDATE people SET role = $1 WHERE person = $2`, string(role), id); err != nil {
			return err
		}
		for _, q := range []string{`DELETE FROM scopes WHERE person = $1`, `DELETE FROM sessions WHERE person = $1`} {
			if _, err := tx.ExecContext(ctx, q, id); err != nil {
				return err
			}
		}
		return l.putScope(ctx, tx, p)
	})
}

// RevokePerson takes a person out: his sessions, passkeys, links and recovery code go with him, at once. His name stays
// in the audit log. CodeRefused for the last administrator.
func (l *Ledger) RevokePerson(ctx context.Context, id string, at time.Time) error {
	return l.act(ctx, "taking a person out of", audit.RevokePerson, id, func(tx *sql.Tx) error {
		p, err := standingPerson(ctx, tx, id)
		if err == nil && p.Role == people.Administrator {
			err = l.anotherAdministrator(ctx, tx, id)
		}
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `UPDATE people SET revoked = $1, subject = '', selector = '', recovery = '' WHERE person = $2`, nanos(at), id); err != nil {
			return err
		}
		for _, table := range []string{"sessions", "passkeys", "links", "scopes"} {
			if _, err := tx.ExecContext(ctx, `DELETE FROM `+table+` WHERE person = $1`, id); err != nil {
				return err
			}
		}
		return nil
	})
}

// anotherAdministrator refuses to leave the observatory without one. Two who take each other out ask in turn.
func (l *Ledger) anotherAdministrator(ctx context.Context, tx *sql.Tx, but string) error {
	if err := l.kind.inTurn(ctx, tx, leaving); err != nil {
		return err
	}
	var n int
	err := tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM people WHERE role = 'administrator' AND revoked = 0 AND person <> $1`, but).Scan(&n)
	if err == nil && n == 0 {
		err = &abri.Error{Code: abri.CodeRefused, What: "this is the last administrator", Remedy: "make another one first"}
	}
	return err
}

// putScope writes what a person has to do with.
func (l *Ledger) putScope(ctx context.Context, tx *sql.Tx, p people.Person) error {
	var rows [][]any
	for _, g := range p.Scope.Groups {
		rows = append(rows, []any{p.ID, scopeGroup, g})
	}
	for _, s := range p.Scope.Sites {
		rows = append(rows, []any{p.ID, scopeSite, s})
	}
	return l.kind.put(ctx, l, tx, scopesTable, scopesTable.orKeep(), rows)
}

const (
	scopeGroup = "group"
	scopeSite  = "site"
)

// checkScope refuses groups and sites that are not there.
func (l *Ledger) checkScope(ctx context.Context, tx *sql.Tx, s people.Scope) error {
	for _, c := range []struct {
		what, q string
		numbers []int64
	}{{"group", `SELECT COUNT(*) FROM groups_of_sites WHERE grp = $1`, s.Groups}, {"site", `SELECT COUNT(*) FROM sites WHERE site = $1`, s.Sites}} {
		for _, n := range c.numbers {
			var there int
			if err := tx.QueryRowContext(ctx, c.q, n).Scan(&there); err != nil {
				return err
			}
			if there == 0 {
				return &abri.Error{Code: abri.CodeNotFound, Place: strconv.FormatInt(n, 10), What: "there is no such " + c.what}
			}
		}
	}
	return nil
}

func mailIsFree(ctx context.Context, tx *sql.Tx, p people.Person) error {
	if p.Mail == "" {
		return nil
	}
	var n int
	err := tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM people WHERE LOWER(mail) = $1 AND revoked = 0`, people.FoldMail(p.Mail)).Scan(&n)
	if err == nil && n > 0 {
		err = &abri.Error{Code: abri.CodeRefused, Place: p.Mail, What: "somebody else has this mail address", Remedy: "take that person out, or give another address"}
	}
	return err
}

// described is a person as the audit log tells of one.
func described(p people.Person) string {
	var out []string
	for _, s := range []string{p.Name, p.Mail, string(p.Role), p.ID} {
		if s != "" {
			out = append(out, s)
		}
	}
	for _, g := range p.Scope.Groups {
		out = append(out, "group "+strconv.FormatInt(g, 10))
	}
	for _, s := range p.Scope.Sites {
		out = append(out, onSite(s))
	}
	return strings.Join(out, ", ")
}

const personQuery = `SELECT person, name, mail, subject, role, invited, maker, joined, revoked FROM people`

func scanPerson(r *sql.Rows) (p people.Person, err error) {
	return p, r.Scan(&p.ID, &p.Name, &p.Mail, &p.Subject, &p.Role, timeOf{&p.Invited}, &p.By, timeOf{&p.Joined}, timeOf{&p.Revoked})
}

// standingPerson gives a person who may sign in; CodeNotFound when there is none.
func standingPerson(ctx context.Context, db querier, id string) (people.Person, error) {
	return onePerson(ctx, db, `person = $1`, id)
}

func onePerson(ctx context.Context, db querier, where string, args ...any) (people.Person, error) {
	found, err := query(ctx, db, scanPerson, personQuery+` WHERE revoked = 0 AND `+where, args...)
	if err != nil {
		return people.Person{}, err
	}
	if len(found) != 1 { // of two nobody knows who is meant
		return people.Person{}, &abri.Error{Code: abri.CodeNotFound, What: "there is no such person"}
	}
	return withScope(ctx, db, found[0])
}

func withScope(ctx context.Context, db querier, p people.Person) (people.Person, error) {
	_, err := query(ctx, db, func(r *sql.Rows) (struct{}, error) {
		var sort string
		var n int64
		err := r.Scan(&sort, &n)
		if sort == scopeGroup {
			p.Scope.Groups = append(p.Scope.Groups, n)
		} else {
			p.Scope.Sites = append(p.Scope.Sites, n)
		}
		return struct{}{}, err
	}, `SELECT sort, number FROM scopes WHERE person = $1 ORDER BY sort, number`, p.ID)
	return p, err
}

// Person gives somebody who may sign in, by his ID; CodeNotFound when there is none.
func (l *Ledger) Person(ctx context.Context, id string) (people.Person, error) {
	p, err := standingPerson(ctx, l.read, id)
	return p, l.explain("reading", err)
}

// PersonOfMail gives who has a mail address and has not come from an OpenID provider yet, PersonOfSubject who came from
// one. CodeNotFound when there is none.
func (l *Ledger) PersonOfMail(ctx context.Context, mail string) (people.Person, error) {
	p, err := onePerson(ctx, l.read, `LOWER(mail) = $1 AND mail <> '' AND subject = ''`, people.FoldMail(mail))
	return p, l.explain("reading", err)
}

// PersonOfSubject gives who came from an OpenID provider before; CodeNotFound when there is none.
func (l *Ledger) PersonOfSubject(ctx context.Context, subject string) (people.Person, error) {
	p, err := onePerson(ctx, l.read, `subject = $1 AND subject <> ''`, subject)
	return p, l.explain("reading", err)
}

// People gives everybody, those who were taken out last, by name.
func (l *Ledger) People(ctx context.Context) ([]people.Person, error) {
	out, err := query(ctx, l.read, scanPerson, personQuery+` ORDER BY name, person`)
	for i := range out {
		if err == nil {
			out[i], err = withScope(ctx, l.read, out[i])
		}
	}
	slices.SortStableFunc(out, func(a, b people.Person) int { return int(flag(!a.Revoked.IsZero()) - flag(!b.Revoked.IsZero())) })
	return out, l.explain("reading", err)
}

// CanSignIn reports whether an administrator has a way to sign in again: a passkey, an OpenID subject or a recovery code.
func (l *Ledger) CanSignIn(ctx context.Context) (bool, error) {
	var n int
	err := l.read.QueryRowContext(ctx, `SELECT COUNT(*) FROM people WHERE role = 'administrator' AND revoked = 0 AND
		(subject <> '' OR selector <> '' OR person IN (SELECT person FROM passkeys))`).Scan(&n)
	return n > 0, l.explain("reading", err)
}
