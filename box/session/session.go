// Package session knows who is signed in on the box's pages. There is no password: whoever may open the box's control
// socket asks there for a code, which opens one session, once, within a quarter of an hour. So there is nothing to guess
// by default, nothing to forget, and nothing on the disk: a box that starts again has signed everybody out.
//
// Codes and sessions are 160 random bits, and only their SHA-256 is kept: who reads the memory of a table can enter
// nowhere with it, and a look-up takes as long for a near miss as for any other.
//
// Its borders: it knows no HTTP and no clock; time and randomness are arguments.
package session

import (
	"crypto/sha256"
	"encoding/base32"
	"io"
	"sync"
	"time"

	abri "abri.example/abri"
)

// How long a code waits for its use, how long a session lasts in all and without any request, and how many of each
// there may be.
const (
	CodeLife  = 15 * time.Minute
	Life      = 12 * time.Hour
	IdleLife  = 2 * time.Hour
	MaxCodes  = 16
	MaxPeople = 64
)

// Session is one person signed in: by whose leave (the name that the control socket gave), since when, and when he was
// last seen.
type Session struct {
	By    string
	Since time.Time
	Seen  time.Time
}

type key [sha256.Size]byte

// Book holds the codes given out and the sessions open. It is safe for concurrent use; what it holds is bounded by
// MaxCodes and MaxPeople.
type Book struct {
	random io.Reader

	mu     sync.Mutex
	codes  map[key]Session // Since is when the code was given
	people map[key]Session
}

// New gives an empty Book that takes its secrets from random, which must be of cryptographic quality.
func New(random io.Reader) *Book {
	return &Book{random: random, codes: map[key]Session{}, people: map[key]Session{}}
}

// Invite gives a code that opens one session within CodeLife. by is who asked. CodeFull when MaxCodes wait already.
func (b *Book) Invite(by string, now time.Time) (code string, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.forget(now)
	if len(b.codes) >= MaxCodes {
		return "", &abri.Error{Code: abri.CodeFull, What: "too many sign-in codes wait for their use", Remedy: "use one of them, or wait a quarter of an hour"}
	}
	code, k, err := b.secret()
	if err == nil {
		b.codes[k] = Session{By: by, Since: now}
	}
	return code, err
}

// Enter opens a session with a code and gives the word that proves it. CodeRefused for a code that is unknown, used or
// too old; the least recently seen session makes room beyond MaxPeople.
func (b *Book) Enter(code string, now time.Time) (word string, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.forget(now)
	k := keyOf(code)
	invited, found := b.codes[k]
	if !found {
		return "", &abri.Error{Code: abri.CodeRefused, What: "this sign-in code is unknown, used or too old", Remedy: "ask for another with `abri sign-in`"}
	}
	word, opened, err := b.secret()
	if err != nil {
		return "", err
	}
	delete(b.codes, k)
	if len(b.people) >= MaxPeople {
		delete(b.people, b.idlest())
	}
	b.people[opened] = Session{By: invited.By, Since: now, Seen: now}
	return word, nil
}

// Who gives the session that a word proves, and notes that it was seen.
func (b *Book) Who(word string, now time.Time) (Session, bool) {
	if word == "" {
		return Session{}, false
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.forget(now)
	k := keyOf(word)
	s, found := b.people[k]
	if found {
		s.Seen = now
		b.people[k] = s
	}
	return s, found
}

// Leave ends the session that a word proves, if there is one.
func (b *Book) Leave(word string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.people, keyOf(word))
}

// forget drops what is over. A clock that was set back ends what began in its future: nobody stays longer for it.
func (b *Book) forget(now time.Time) {
	over := func(since time.Time, life time.Duration) bool { return now.Before(since) || now.Sub(since) >= life }
	for k, s := range b.codes {
		if over(s.Since, CodeLife) {
			delete(b.codes, k)
		}
	}
	for k, s := range b.people {
		if over(s.Since, Life) || over(s.Seen, IdleLife) {
			delete(b.people, k)
		}
	}
}

func (b *Book) idlest() (k key) {
	var seen time.Time
	for candidate, s := range b.people {
		if seen.IsZero() || s.Seen.Before(seen) {
			k, seen = candidate, s.Seen
		}
	}
	return k
}

func (b *Book) secret() (word string, k key, err error) {
	var raw [20]byte
	if _, err := io.ReadFull(b.random, raw[:]); err != nil {
		return "", k, &abri.Error{Code: abri.CodeInternal, What: "there is no randomness to be had", Err: err}
	}
	word = base32.StdEncoding.EncodeToString(raw[:])
	return word, keyOf(word), nil
}

func keyOf(word string) key { return sha256.Sum256([]byte(word)) }
