package telephone

import (
	"math/bits"
	"time"

	"abri.example/abri/telephone/number"
)

// Habits are what is usual here: in which hours people call, and which countries. They are learnt from the calls from
// inside that were answered, over the last four weeks.
type Habits struct {
	Hours func(time.Time) bool // when people work, by a person's word; nil: it is learnt

	location *time.Location
	first    time.Time // the first call
	hours    [7][24]days
	places   map[string]*days // by country; those abroad and "FR"
	abroad   days             // on which anybody called abroad
}

// How long it takes to know a site, on how many days within four weeks an hour or a country must have been called in to be
// usual, and how many countries are remembered.
const (
	knowsAfter    = 7 * 24 * time.Hour
	usualHour     = 2
	usualCountry  = 2
	mostCountries = 256
)

// Note takes an answered call from inside.
func (h *Habits) Note(at time.Time, n number.Number) {
	if n.Class == number.Internal {
		return
	}
	if h.first.IsZero() || at.Before(h.first) {
		h.first = at
	}
	local := at.In(h.place())
	day := dayOf(local)
	if n.Class == number.National || n.Class.Sacred() { // a fraud must not teach its own hours
		h.hours[local.Weekday()][local.Hour()].note(day)
	}
	if n.Class.Abroad() {
		h.abroad.note(day)
	}
	if !h.Open(at) {
		return // a fraud must not teach its own countries either
	}
	d := h.places[n.Country]
	if d == nil {
		if len(h.places) >= mostCountries {
			return
		}
		if h.places == nil {
			h.places = map[string]*days{}
		}
		d = new(days)
		h.places[n.Country] = d
	}
	d.note(day)
}

// Knows reports whether the site was watched for long enough to say what is unusual.
func (h *Habits) Knows(at time.Time) bool {
	return !h.first.IsZero() && at.Sub(h.first) >= knowsAfter
}

// Usual reports whether a country is called from here now and then: on two of the last 28 days, today not among them.
func (h *Habits) Usual(at time.Time, country string) bool {
	d := h.places[country]
	return d != nil && d.before(dayOf(at.In(h.place()))) >= usualCountry
}

// First reports whether nobody called abroad from here in the four weeks before today.
func (h *Habits) First(at time.Time) bool { return h.abroad.before(dayOf(at.In(h.place()))) == 0 }

// Open reports whether people are at work: by a person's word, or else Monday to Friday from 8 to 19 o'clock, and the hours of the week in which
// people called from here on two of the last four such days. Holidays are not known.
func (h *Habits) Open(at time.Time) bool {
	if h.Hours != nil {
		return h.Hours(at)
	}
	local := at.In(h.place())
	weekday, hour := local.Weekday(), local.Hour()
	if weekday != time.Saturday && weekday != time.Sunday && hour >= opens && hour < closes {
		return true
	}
	return h.hours[weekday][hour].before(dayOf(local)) >= usualHour
}

const (
	opens  = 8
	closes = 19
)

// Night is the night that an instant belongs to, from noon to noon, as the number of the day it begins on.
func (h *Habits) Night(at time.Time) int { return dayOf(at.In(h.place()).Add(-12 * time.Hour)) }

func (h *Habits) place() *time.Location {
	if h.location == nil {
		return time.UTC
	}
	return h.location
}

// dayOf numbers the days by the calendar of a local time.
func dayOf(local time.Time) int {
	y, m, d := local.Date()
	return int(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

// days are which of the last 28 days something happened on; bit 0 is the latest.
type days struct {
	bits   uint32
	latest int
}

const fourWeeks = 1<<28 - 1

func (d *days) note(day int) {
	switch ahead := day - d.latest; {
	case ahead < -28 || d.bits == 0 || ahead >= 28:
		d.bits, d.latest = 1, day
	case ahead > 0:
		d.bits, d.latest = (d.bits<<ahead|1)&fourWeeks, day
	default:
		d.bits |= 1 << -ahead & fourWeeks
	}
}

// before is on how many of the 28 days before the given one.
func (d *days) before(day int) int {
	ahead := day - d.latest
	switch {
	case ahead > 28:
		return 0
	case ahead > 0:
		return bits.OnesCount32(d.bits << (ahead - 1) & fourWeeks)
	}
	return bits.OnesCount32(d.bits >> (1 - ahead))
}
