package detect

import (
	"math"
	"time"
)

// The bars of unmoved. The reasons are in docs/detection.md.
const (
	unmovedTime    = 24 * time.Hour
	unmovedTries   = 60   // sessions of one source, or of several, within unmovedTime
	unmovedShare   = 0.8  // of all that a source has there
	unmovedLengths = 4    // what was said has as many lengths as this number of equally frequent ones would be
	unmovedBand    = 48   // bytes by which the longest of what was said differs from the shortest: names and passwords
	unmovedAnswer  = 32   // bytes by which one answer differs from the others: tokens, that are packed
	unmovedRhythm  = 0.6  // deviation of the pauses, as a part of their mean; that of people who come by chance is 1
	unmovedMost    = 5000 // bytes that a session says at most, or it is no form
	unmovedSorts   = 4    // of sessions that are told apart: the page is asked for, a password is sent, it leads to a page

	unmovedSources = 10 // who guess together
	unmovedOwn     = 3  // tries of each, of as many lengths
	unmovedBands   = 1024
)

// unmoved are sessions within TLS in which something else was said each time, of nearly one length, and the answer was always
// the same: passwords are tried, and the server says no. A monitor, a reader of news, a telephone with an old password say the
// same each time; what programs and people ask for is answered by what it is.
type unmoved struct {
	answer      float64 // the mean, in bytes
	least, most uint64  // that was said
	lengths     lengths
	last        time.Time
	pauses      spread   // in seconds
	sources     distinct // who said it, where it may be many
	began       time.Time
}

// takes reports whether a session is one of these.
func (u *unmoved) takes(said, answered uint64) bool {
	return math.Abs(float64(answered)-u.answer) <= unmovedAnswer && max(u.most, said)-min(u.least, said) <= unmovedBand
}

// add takes a session that began at an instant.
func (u *unmoved) add(at time.Time, said, answered uint64) {
	if u.lengths.n == 0 {
		u.least, u.most, u.began = said, said, at
	}
	u.least, u.most = min(u.least, said), max(u.most, said)
	u.lengths.add(uint16(said))
	u.answer += (float64(answered) - u.answer) / float64(u.lengths.n)
	if !u.last.IsZero() && at.After(u.last) {
		u.pauses.add(at.Sub(u.last).Seconds())
	}
	u.last = at
}

// guesses reports whether they are as many and as different as passwords are.
func (u *unmoved) guesses() bool {
	return u.lengths.n >= unmovedTries && u.lengths.different() >= unmovedLengths
}

// sorts are the sorts of sessions of one source, or by one program.
type sorts [unmovedSorts]unmoved

// add takes a session, and gives the sort that it is of, and how many are of this or go with it: those in which one and the
// same was said each time, as when a page is asked for before its form is sent. Nil for what is no try.
func (s *sorts) add(at time.Time, said, answered uint64) (*unmoved, int) {
	if said > unmovedMost || answered == 0 {
		return nil, 0
	}
	own := s.find(said, answered)
	own.add(at, said, answered)
	page := 0
	for i := range s {
		if &s[i] != own && s[i].lengths.kinds() == 1 {
			page = max(page, s[i].lengths.n)
		}
	}
	return own, own.lengths.n + page
}

// find gives the sort that a session is of; a new one in the place of the rarest where it is of none.
func (s *sorts) find(said, answered uint64) *unmoved {
	rarest := &s[0]
	for i := range s {
		if s[i].takes(said, answered) {
			return &s[i]
		}
		if s[i].lengths.n < rarest.lengths.n {
			rarest = &s[i]
		}
	}
	*rarest = unmoved{}
	return rarest
}

// lengths counts how often each length came.
type lengths struct {
	n    int
	each [24]struct{ length, n uint16 }
}

func (l *lengths) add(length uint16) {
	l.n++
	for i := range l.each {
		e := &l.each[i]
		if e.n == 0 || e.length == length && e.n < math.MaxUint16 {
			e.length = length
			e.n++
			return
		}
	}
}

// different is as how many equally frequent lengths these are (the inverse of Simpson's index, Measurement of diversity, 1949).
func (l *lengths) different() float64 {
	squares := 0.0
	for _, e := range l.each {
		squares += float64(e.n) * float64(e.n)
	}
	return float64(l.n) * float64(l.n) / max(squares, 1)
}

// kinds is how many lengths there are, up to those that are told apart.
func (l *lengths) kinds() (n int) {
	for _, e := range l.each {
		n += min(int(e.n), 1)
	}
	return n
}
