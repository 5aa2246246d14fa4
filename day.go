package abri

import "time"

// Day is a local calendar day, as "2006-01-02".
type Day string

// DayOf is the local day of t in loc.
func DayOf(t time.Time, loc *time.Location) Day { return Day(t.In(loc).Format("2006-01-02")) }

// Start is the first instant of the day in loc: midnight, or the first instant after it where a clock change skips it.
// An invalid day gives the zero time.
func (d Day) Start(loc *time.Location) time.Time {
	t, err := time.ParseInLocation("2006-01-02", string(d), loc)
	if err != nil {
		return time.Time{}
	}
	if DayOf(t, loc) < d { // of a skipped midnight, time.Date may give the hour before the change
		_, t = t.ZoneBounds()
	}
	return t
}

// Add is the day n days after d (before it when n is negative), by the calendar and not by 24 hours.
func (d Day) Add(n int) Day {
	t, err := time.Parse("2006-01-02", string(d))
	if err != nil {
		return d
	}
	return Day(t.AddDate(0, 0, n).Format("2006-01-02"))
}
