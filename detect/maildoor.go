package detect

import (
	"net/netip"
	"time"
)

// The bars of sign-ins from abroad.
const (
	mailLearning  = 7 * 24 * time.Hour // that the countries of a server are learnt before any is strange
	mailAbroad    = 5                  // new sources from strange countries that are let in within mailAbroadFor
	mailCountries = 3                  // of at least so many countries
	mailAbroadFor = time.Hour
	maxCountries  = 300 // there are fewer
)

// mailDoor is one mail server of the site.
type mailDoor struct {
	tries  variety              // by their sources, that were never let in
	pauses bool                 // it makes a pause before it says no
	began  time.Time            // of learning
	homes  map[string]time.Time // countries that people sign in from, since when
	far    variety              // sign-ins by their countries
}

// signIn notes that somebody was let in, and reports whether it was for the first time and from a country from which
// nobody signed in for a week. A country is at home when it was so within the first week, or has been for one.
func (d *mailDoor) signIn(at time.Time, from netip.Addr, country string, fresh bool) (abroad bool) {
	if country == "" {
		return false // private: the site's own networks
	}
	if d.homes == nil {
		d.homes, d.began = make(map[string]time.Time), at
	}
	since, found := d.homes[country]
	if !found && len(d.homes) < maxCountries {
		d.homes[country], since = at, at
	}
	if since.Sub(d.began) < mailLearning || at.Sub(since) >= mailLearning || !fresh {
		return false
	}
	d.far.add(at, mailAbroadFor, text([]byte(country)))
	return true
}
