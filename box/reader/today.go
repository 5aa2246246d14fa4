package reader

import (
	"cmp"
	"slices"
	"sort"
	"time"

	abri "abri.example/abri"
	"abri.example/abri/weather"
)

// shown is how many of the last attacks the page shows.
const shown = 50

// today holds the attacks active since local midnight (soon after it, those of the day before too), and the days before. The number of attacks is bounded by the
// counter's rows an hour; so that a bad day stays cheap, a row is changed in its place and nothing is copied to look.
type today struct {
	location *time.Location
	day      abri.Day
	attacks  []abri.Attack
	at       map[string]int // where the attack of an id stands in attacks
	history  []weather.Day  // earlier days, newest first
	both     bool           // attacks holds those of the day before still
	worst    abri.Sky       // the worst sky proven today
	late     time.Duration  // how long after midnight the watch of today began
	watched  time.Duration  // for how long the filter was proven to work since
	noted    time.Duration  // what the record has of it
	looked   time.Time      // the last look
	report   weather.Report
}

// begin starts with what the store remembers: history holds the days, newest first, today's own among them. Where there
// is nothing of today, or little of it and no attack, the watch of the day begins now.
func (t *today) begin(now time.Time, active []abri.Attack, history []weather.Day) {
	t.day, t.at = abri.DayOf(now, t.location), make(map[string]int, len(active))
	t.take(active)
	t.looked = now
	sinceMidnight := now.Sub(t.day.Start(t.location))
	t.late = lateBy(sinceMidnight)
	for _, d := range history {
		switch {
		case d.Day == t.day:
			t.worst = d.Sky
			if len(active) > 0 || sinceMidnight-d.Late-d.Watched < mostUnwatched {
				t.late, t.watched = d.Late, d.Watched
			}
		case d.Day < t.day: // one after today is of a clock that was ahead
			t.history = append(t.history, d)
		}
	}
}

// recall takes up the days of a store that is met late, newest first.
func (t *today) recall(days []weather.Day) {
	for _, d := range days {
		switch {
		case d.Day == t.day:
			t.worst = weather.Worse(t.worst, d.Sky)
			t.late, t.watched = min(t.late, d.Late), t.watched+d.Watched
		case d.Day < t.day && !slices.ContainsFunc(t.history, func(h weather.Day) bool { return h.Day == d.Day }):
			t.history = append(t.history, d)
		}
	}
	slices.SortFunc(t.history, func(a, b weather.Day) int { return cmp.Compare(b.Day, a.Day) })
}

// What a day may lack at its beginning and still be told from midnight, what it may lack in all, and how far apart two
// looks may be without a break between them.
const (
	fromMidnight  = 5 * time.Minute
	mostUnwatched = 4 * time.Hour
	unbroken      = time.Minute
)

// lateBy is how late a watch began that began so long after midnight.
func lateBy(since time.Duration) time.Duration {
	if since < fromMidnight {
		return 0
	}
	return since
}

// watch counts the time since the last look, when the filter was there.
func (t *today) watch(now time.Time, proof weather.Proof) {
	if d := now.Sub(t.looked); proof.Filter && d > 0 && d <= unbroken {
		t.watched += d
	}
	t.looked = now
}

// take notes the attacks that changed.
func (t *today) take(changed []abri.Attack) {
	for _, a := range changed {
		if i, ok := t.at[a.ID]; ok {
			t.attacks[i] = a
			continue
		}
		t.at[a.ID] = len(t.attacks)
		t.attacks = append(t.attacks, a)
	}
}

// overMidnight is for how long after midnight the attacks of the day before are kept: a clock that is set back over
// midnight begins that day again.
const overMidnight = 2 * time.Hour

// turn begins another day when now is in one. Before it does, the day that ends is looked at once more, so that its
// last second counts; noise gives the noise of a day. A clock that is set back over midnight soon after it begins the day
// before again, with all that was counted in it; one set back by more begins no day that was closed.
func (t *today) turn(now time.Time, noise func(abri.Day) uint64, proof weather.Proof) (ended weather.Day, turned bool) {
	day := abri.DayOf(now, t.location)
	switch {
	case day > t.day:
		t.look(t.day.Add(1).Start(t.location).Add(-time.Nanosecond), noise(t.day), proof)
		ended, turned = weather.Close(t.report), true
		ended.Day = t.day
		t.history = slices.Insert(t.history, 0, ended)
		t.day, t.worst, t.both = day, "", true
		t.late, t.watched, t.noted = lateBy(now.Sub(day.Start(t.location))), 0, 0
	case day < t.day && t.both && t.history[0].Day == day:
		t.day, t.worst, t.both = day, t.history[0].Sky, false
		t.late, t.watched = t.history[0].Late, t.history[0].Watched
		t.history = t.history[1:]
	case t.both && now.Sub(t.day.Start(t.location)) > overMidnight:
		t.forget(t.day.Start(t.location))
	}
	return ended, turned
}

// forget takes the attacks out that were last active before midnight.
func (t *today) forget(midnight time.Time) {
	still := slices.DeleteFunc(t.attacks, func(a abri.Attack) bool { return a.Last.Before(midnight) })
	t.attacks, t.both = nil, false
	clear(t.at)
	t.take(slices.Clone(still))
}

// look makes the report of this moment.
func (t *today) look(now time.Time, noise uint64, proof weather.Proof) weather.Report {
	t.report = weather.Today(weather.Input{
		Now: now, Location: t.location, Active: t.active(), Noise: noise, History: t.history, Earlier: t.worst, Proof: proof,
		Late: t.late, Watched: t.watched,
	})
	t.worst = t.report.Worst
	return t.report
}

// active are the attacks without those that belong to tomorrow, which are there when midnight came twice: they count
// then.
func (t *today) active() []abri.Attack {
	for i := range t.attacks {
		if t.attacks[i].Day > t.day {
			return slices.DeleteFunc(slices.Clone(t.attacks), func(a abri.Attack) bool { return a.Day > t.day })
		}
	}
	return t.attacks
}

// latest are the last attacks of today, latest activity first.
func (t *today) latest() []abri.Attack {
	var last []abri.Attack
	midnight := t.day.Start(t.location)
	for i := range t.attacks {
		a := &t.attacks[i]
		if a.Last.Before(midnight) || len(last) == shown && !later(a, &last[shown-1]) {
			continue
		}
		to := sort.Search(len(last), func(i int) bool { return later(a, &last[i]) })
		last = slices.Insert(last, to, *a)
		last = last[:min(len(last), shown)]
	}
	return last
}

// later reports whether a comes before b on a page: by its last activity, then by its id.
func later(a, b *abri.Attack) bool {
	if c := a.Last.Compare(b.Last); c != 0 {
		return c > 0
	}
	return a.ID < b.ID
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
