package reader

import (
	"testing"
	"time"

	abri "abri.example/abri"
	"abri.example/abri/store"
)

// A clock that is set, over midnight too, and both clock changes of Europe/Paris: an attack that goes on is one, none is
// lost and none is there twice, in what is shown, in the rows and in the figures of the days; also when the reader dies
// right after.
func TestReaderAndTheClock(t *testing.T) {
	at := func(month time.Month, day, hour, minute int) time.Time {
		return time.Date(2026, month, day, hour, minute, 0, 0, paris)
	}
	for name, c := range map[string]struct{ before, after time.Time }{
		"back an hour at noon":      {at(3, 5, 12, 30), at(3, 5, 11, 30)},
		"ahead at noon":             {at(3, 5, 12, 30), at(3, 5, 13, 20)}, // an hour ahead is an hour of quiet, and ends an attack
		"back over midnight":        {at(3, 6, 0, 20), at(3, 5, 23, 20)},
		"ahead over midnight":       {at(3, 5, 23, 40), at(3, 6, 0, 30)},
		"to summer time":            {at(3, 29, 1, 59), at(3, 29, 3, 1)},
		"to winter time":            {time.Date(2026, 10, 25, 0, 59, 0, 0, time.UTC), time.Date(2026, 10, 25, 1, 1, 0, 0, time.UTC)},
		"midnight of a short day":   {at(3, 29, 23, 59), at(3, 30, 0, 1)},
		"midnight of a long day":    {at(10, 25, 23, 59), at(10, 26, 0, 1)},
		"back an hour, in the dark": {at(3, 29, 3, 30), at(3, 29, 1, 30)},
	} {
		for _, dies := range []bool{false, true} {
			t.Run(name, func(t *testing.T) {
				s := newSite(t)
				s.clock = c.before.Add(-30 * time.Minute)
				s.live()
				s.dropped(1, true) // before: as a rule on the day before midnight
				s.step()
				s.clock = c.before
				s.dropped(2, true)
				s.step()
				s.clock = c.after
				if dies {
					s.die()
					s.live()
				}
				s.dropped(2, false)
				s.dropped(3, true)
				s.step()
				s.throughTwoMidnights()
				s.isEachOnce(3)
			})
		}
	}
}

// throughTwoMidnights lets time go on until each of the days of a test has ended.
func (s *site) throughTwoMidnights() {
	for range 8 {
		s.clock = s.clock.Add(6 * time.Hour)
		s.step()
	}
	s.die()
}

// isEachOnce looks for attackers 1 to n in the rows, and for as many in the figures of the days.
func (s *site) isEachOnce(n int) {
	s.Helper()
	kept := s.kept()
	perDay := map[abri.Day]uint64{}
	for _, a := range kept {
		perDay[a.Day]++
		if a.Attempts != 1 {
			s.Errorf("%s made one attempt, and %d are counted", a.Outside, a.Attempts)
		}
	}
	if len(kept) != n {
		s.Errorf("the store holds %d attackers, not %d", len(kept), n)
	}
	db, err := store.Open(s.Context(), s.database(), s.log)
	if err != nil {
		s.Fatal(err)
	}
	defer db.Close()
	days, err := db.Days(s.Context(), 10)
	if err != nil {
		s.Fatal(err)
	}
	var sum uint64
	for _, d := range days {
		sum += d.Attacks
		if d.Attacks != perDay[d.Day] {
			s.Errorf("%s has %d attacks in its figures and %d in its rows", d.Day, d.Attacks, perDay[d.Day])
		}
	}
	if sum != uint64(n) {
		s.Errorf("the days have %d attacks together, not %d: %+v", sum, n, days)
	}
}

// What is told in the last second of a day counts in that day, though it is looked at in the next.
func TestReaderLastSecondOfADay(t *testing.T) {
	s := newSite(t)
	s.clock = time.Date(2026, 3, 5, 23, 59, 59, 999e6, paris)
	s.live()
	s.step()
	s.dropped(1, true)
	s.clock = s.clock.Add(time.Second)
	s.step()
	if r := s.reader.today.report; r.Attacks != 0 || s.reader.today.day != "2026-03-06" || len(s.reader.today.latest()) != 0 {
		t.Errorf("the new day begins with %+v", r)
	}
	s.throughTwoMidnights()
	s.isEachOnce(1)
}
