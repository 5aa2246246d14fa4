// Package signin lets people into an observatory: by a passkey, by an OpenID provider, by a recovery code that was printed,
// and for the first time by a link. There are no passwords, so there is none by default.
//
// Who is in, and what was asked of a browser, stands in the ledger: any process of an observatory knows it. Secrets are
// random and kept as hashes. Every way in, and every try that failed, is in the audit log.
//
// Its borders: it knows the ways in and no pages. Time and randomness are given.
package signin

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"io"
	"time"

	"abri.example/abri"
	"abri.example/abri/observatory/audit"
	"abri.example/abri/observatory/ledger"
	"abri.example/abri/observatory/people"
)

// How long a session lasts in all and without any request; an invitation, the first link, and an answer to a challenge.
const (
	Life          = 12 * time.Hour
	IdleLife      = 2 * time.Hour
	InviteLife    = 7 * 24 * time.Hour
	ChallengeLife = 5 * time.Minute
)

// seenEvery is how often it is noted that a session was seen.
const seenEvery = time.Minute

// Options are what the door is made with. Now and Random must be given; Random of cryptographic quality. Host is the name
// under which the pages are opened: passkeys belong to it, and to no other ("localhost" when empty). OpenID may be nil.
type Options struct {
	Now    func() time.Time
	Random io.Reader
	Host   string
	OpenID *OpenID
}

// Door lets people in. It is safe for concurrent use.
type Door struct {
	Options
	ledger   *ledger.Ledger
	failures knocks // that brought nobody in
	begun    knocks // challenges that were given
	noted    knocks
	provider provider
	hashing  chan struct{} // one taken by each slow hash
}

// New makes a door.
func New(l *ledger.Ledger, o Options) *Door {
	if o.Host == "" {
		o.Host = "localhost"
	}
	return &Door{Options: o, ledger: l, hashing: make(chan struct{}, mostHashing)}
}

// In is somebody who is in: who, and by which session.
type In struct {
	people.Person
	Session ledger.Session
}

// Who gives the person of a session's word, and notes that he was seen. CodeNotFound when nobody is in by it.
func (d *Door) Who(ctx context.Context, word string) (In, error) {
	if word == "" {
		return In{}, &abri.Error{Code: abri.CodeNotFound, What: "nobody is signed in"}
	}
	s, p, err := d.ledger.SessionOf(ctx, digestOf(word))
	if err != nil {
		return In{}, err
	}
	now := d.Now()
	if over(s.Since, now, Life) || over(s.Seen, now.Add(-seenEvery), IdleLife) {
		return In{}, &abri.Error{Code: abri.CodeNotFound, What: "the session is over"}
	}
	if now.Sub(s.Seen) >= seenEvery {
		if err := d.ledger.SeeSession(ctx, s.Digest, now); err != nil {
			return In{}, err
		}
	}
	return In{p, s}, nil
}

// over reports whether a life is over. A clock that was set back by more than that ends what began in its future.
func over(since, now time.Time, life time.Duration) bool {
	return now.Sub(since) >= life || since.Sub(now) >= life
}

// ByLink opens a session with the secret of a link, once, and gives the session's word.
func (d *Door) ByLink(ctx context.Context, secret, origin string) (string, people.Person, error) {
	word, s, err := d.knock(origin, ledger.ByLink)
	if err != nil {
		return "", people.Person{}, err
	}
	p, err := d.ledger.SignInByLink(ctx, digestOf(secret), s)
	return word, p, d.failed(ctx, s, "", err)
}

// Leave ends the session.
func (d *Door) Leave(ctx context.Context, in In) error {
	return d.ledger.EndSession(ctx, in.ID, in.Session.Digest)
}

// knock makes the word of a session that may open now. CodeFull when too many failed from there.
func (d *Door) knock(origin string, means ledger.Means) (string, ledger.Session, error) {
	now := d.Now()
	if d.failures.many(place(origin), now, mostFailures) {
		return "", ledger.Session{}, tooMany()
	}
	word, err := d.secret()
	return word, ledger.Session{Digest: digestOf(word), Since: now, Seen: now, Origin: origin, Means: means}, err
}

// secret is 160 random bits in letters and digits.
func (d *Door) secret() (string, error) {
	var raw [20]byte
	if _, err := io.ReadFull(d.Random, raw[:]); err != nil {
		return "", &abri.Error{Code: abri.CodeInternal, What: "there is no randomness to be had", Err: err}
	}
	return base32.StdEncoding.EncodeToString(raw[:]), nil
}

// failed notes in the audit log that somebody did not come in, and gives the error as it was. Who knocks without end does
// not fill the log: from his place nothing is looked at any more, and beyond mostNoted in a while from all places it is
// noted once that there are many.
func (d *Door) failed(ctx context.Context, s ledger.Session, who string, err error) error {
	if err == nil || abri.CodeOf(err) == abri.CodeUnavailable || abri.CodeOf(err) == abri.CodeInternal {
		return err
	}
	d.failures.count(place(s.Origin), s.Since)
	n := d.noted.count("everywhere", s.Since)
	switch {
	case n > mostNoted+1:
		return err
	case n == mostNoted+1:
		who = "many"
	case who == "":
		who = "somebody"
	}
	by := audit.By(ctx, audit.Actor{Who: who, From: s.Origin, At: s.Since})
	if noted := d.ledger.Note(by, audit.SignIn, string(s.Means), audit.Refused); noted != nil {
		return noted
	}
	return err
}

// digestOf is how a secret is kept.
func digestOf(secret string) [sha256.Size]byte { return sha256.Sum256([]byte(secret)) }
