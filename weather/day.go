package weather

import (
	"time"

	"abri.example/abri"
)

// Day is what remains of one whole local day, for the bounds, the trend and the seven days of the page.
type Day struct {
	Day         abri.Day
	Points      int
	Attacks     uint64
	Neutralised uint64
	Sky         abri.Sky // the worst of the day; fog for a day of which nothing is proven
	Infected    bool     // an infection was confirmed that day: the day is no measure of what is usual
}

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

// find gives the given day of the history, nil when it does not hold it.
func find(history []Day, day abri.Day) *Day {
	for i := range history {
		if history[i].Day == day {
			d := history[i]
			return &d
		}
	}
	return nil
}
