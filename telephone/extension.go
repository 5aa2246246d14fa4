package telephone

import (
	"net/netip"
	"slices"
	"time"
)

// Extension is one telephone that registered with its password: at an exchange of the site, or at the operator.
type Extension struct {
	First, Last time.Time
	Places      []string  // countries it registered from, when from outside; at most mostPlaces
	Strayed     time.Time // when it last registered from a country abroad where it never was
}

// Extensions are the telephones of a site, by exchange and name. Names are kept as numbers.
type Extensions struct {
	country func(netip.Addr) string
	known   table[extensionKey, Extension]
	sources table[netip.Addr, time.Time]
}

type extensionKey struct {
	exchange netip.Addr
	name     uint32
}

const (
	mostExtensions = 2048
	mostPlaces     = 8
	home           = "FR"
)

// Len is how many telephones are known.
func (e *Extensions) Len() int { return e.known.len() }

// Find gives the telephone of a name at an exchange.
func (e *Extensions) Find(exchange netip.Addr, name uint32) (Extension, bool) {
	if x := e.known.find(extensionKey{exchange, name}); x != nil {
		return *x, true
	}
	return Extension{}, false
}

// Houses reports whether telephones of the site work behind an address outside: one that registered from there with its
// password within a day. A whole site may stand behind such an address, so it is never stopped as one.
func (e *Extensions) Houses(at time.Time, source netip.Addr) bool {
	last := e.sources.find(source)
	return last != nil && at.Sub(*last) < 24*time.Hour
}

// registered notes that an exchange took a registration with a password. Outside says that it came from outside to us.
func (e *Extensions) registered(at time.Time, exchange netip.Addr, user []byte, source netip.Addr, outside bool) {
	x, fresh := e.known.touch(extensionKey{exchange, nameOf(user)})
	if fresh {
		x.First = at
	}
	x.Last = at
	if !outside {
		return
	}
	e.sources.max = mostExtensions
	last, _ := e.sources.touch(source)
	*last = at
	place := e.country(source)
	if place == "" || slices.Contains(x.Places, place) {
		return
	}
	if place != home {
		x.Strayed = at
	}
	if len(x.Places) < mostPlaces {
		x.Places = append(x.Places, place)
	}
}
