package weather

import (
	"time"

	"abri.example/abri"
)

// Day is what remains of one local day, for the bounds, the trend and the seven days of the page.
type Day struct {
	Day         abri.Day
	Points      int
	Attacks     uint64
	Neutralised uint64
	Sky         abri.Sky      // the worst of the day; fog for a day of which nothing is proven
	Infected    bool          // an infection was confirmed that day: the day is no measure of what is usual
	Late        time.Duration // how long after midnight the watch began: the box's first day, or its first after a loss
	Watched     time.Duration // for how long the filter was proven to work
}

// wholeFrom is for how long a day must have been watched to be compared with; restarts and a night's work may be missing,
// and the day of a clock change is an hour shorter.
const wholeFrom = 20 * time.Hour

// Whole reports whether the day was watched from its beginning and almost without a break.
func (d Day) Whole() bool { return d.Late == 0 && d.Watched >= wholeFrom }

// Close gives the day that ends with r, its last report. A day that ends in fog without an attack is fog: nobody knows
// whether it was clear.
func Close(r Report) Day {
	d := Day{
		Day:         abri.DayOf(r.Since, r.Since.Location()),
		Points:      r.Points,
		Attacks:     r.Attacks,
		Neutralised: r.Neutralised,
		Sky:         r.Worst,
		Infected:    r.Infected,
		Late:        r.Late,
		Watched:     r.Watched,
	}
	if r.Sky == abri.Fog && d.Sky.Severity() <= abri.Clear.Severity() {
		d.Sky = abri.Fog
	}
	return d
}

// Midnight is the first instant of the local day that now is in: 00:00, or the first instant after it where a clock
// change skips midnight. A nil loc is UTC.
func Midnight(now time.Time, loc *time.Location) time.Time {
	if loc == nil {
		loc = time.UTC
	}
	return abri.DayOf(now, loc).Start(loc)
}

// find gives the given day of the history, nil when it does not hold it or it was not watched as a whole.
func find(history []Day, day abri.Day) *Day {
	for i := range history {
		if history[i].Day == day && history[i].Whole() {
			d := history[i]
			return &d
		}
	}
	return nil
}
