package reader

import (
	"slices"
	"time"

	abri "abri.example/abri"
	"abri.example/abri/weather"
)

// shown is how many of the last attacks the page shows.
const shown = 50

// today holds the attacks active since local midnight, and the days before. The number of attacks is bounded by the
// counter's rows an hour.
type today struct {
	location *time.Location
	day      abri.Day
	attacks  map[string]abri.Attack
	history  []weather.Day // earlier whole days, newest first
	worst    abri.Sky      // the worst sky proven today
	report   weather.Report
}

// begin starts with what the store remembers: history holds the days, newest first, today's own among them.
func (t *today) begin(day abri.Day, active []abri.Attack, history []weather.Day) {
	t.day, t.attacks = day, make(map[string]abri.Attack, len(active))
	for _, a := range active {
		t.attacks[a.ID] = a
	}
	for _, d := range history {
		if d.Day == day {
			t.worst = d.Sky
		} else {
			t.history = append(t.history, d)
		}
	}
}

// take notes the attacks that changed.
func (t *today) take(changed []abri.Attack) {
	for _, a := range changed {
		t.attacks[a.ID] = a
	}
}

// turn begins another day when now is in one, and gives the day that ended. A clock set back over midnight begins no
// day that was closed already.
func (t *today) turn(now time.Time) (ended weather.Day, turned bool) {
	day := abri.DayOf(now, t.location)
	if day <= t.day {
		return weather.Day{}, false
	}
	ended = weather.Close(t.report)
	ended.Day = t.day
	midnight := weather.Midnight(now, t.location)
	for id, a := range t.attacks {
		if a.Last.Before(midnight) {
			delete(t.attacks, id)
		}
	}
	t.history = slices.Insert(t.history, 0, ended)
	t.day, t.worst = day, ""
	return ended, true
}

// look makes the report of this moment.
func (t *today) look(now time.Time, noise uint64, proof weather.Proof) weather.Report {
	active := make([]abri.Attack, 0, len(t.attacks))
	for _, a := range t.attacks {
		active = append(active, a)
	}
	t.report = weather.Today(weather.Input{
		Now: now, Location: t.location, Active: active, Noise: noise, History: t.history, Earlier: t.worst, Proof: proof,
	})
	t.worst = t.report.Worst
	return t.report
}

// latest are the last attacks, latest activity first.
func (t *today) latest() []abri.Attack {
	all := make([]abri.Attack, 0, len(t.attacks))
	for _, a := range t.attacks {
		all = append(all, a)
	}
	slices.SortFunc(all, func(a, b abri.Attack) int {
		if c := b.Last.Compare(a.Last); c != 0 {
			return c
		}
		if a.ID < b.ID {
			return -1
		}
		return 1
	})
	return all[:min(len(all), shown)]
}

// week are the last seven days, oldest first, today last. A day that nothing is known of is fog.
func (t *today) week() []weather.Day {
	days := make([]weather.Day, 0, 7)
	for back := -6; back < 0; back++ {
		day := weather.Day{Day: t.day.Add(back), Sky: abri.Fog}
		for _, d := range t.history {
			if d.Day == day.Day {
				day = d
			}
		}
		days = append(days, day)
	}
	now := weather.Close(t.report)
	now.Day = t.day
	return append(days, now)
}
