package reader

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	abri "abri.example/abri"
	"abri.example/abri/weather"
)

// proven makes the kernel answer, so that the filter is there.
func (s *site) proven() {
	s.reader.resettle(s.config(""), false)
	s.reader.ask()
}

func (s *site) says(want string) {
	s.Helper()
	s.reader.kernel.moved = s.clock // something crosses
	s.reader.ask()
	s.step()
	if got := weather.Sentence(s.reader.today.report, abri.English); !strings.Contains(got, want) {
		s.Errorf("the box says %q, not %q", got, want)
	}
}

// A box that began in the evening does not speak of midnight, neither after a restart; the next day it does.
func TestABoxSaysSinceWhenItCounts(t *testing.T) {
	s := newSite(t)
	s.clock = time.Date(2026, 3, 5, 20, 52, 0, 0, paris)
	s.live()
	s.proven()
	s.says("nothing came since 20:52")
	s.clock = s.clock.Add(30 * time.Minute)
	s.die()
	s.live()
	s.proven()
	s.says("nothing came since 20:52")
	s.clock = time.Date(2026, 3, 6, 0, 0, 0, 0, paris)
	s.says("nothing came since midnight")
	if first := s.reader.today.history[0]; first.Day != "2026-03-05" || first.Whole() {
		t.Errorf("the first evening is a whole day: %+v", first)
	}
	s.die()
}

// When the database was lost, so is what came before, and the box does not say otherwise.
func TestABoxSaysSinceItsDatabaseWasLost(t *testing.T) {
	s := newSite(t)
	s.clock = time.Date(2026, 3, 5, 0, 0, 0, 0, paris)
	s.live()
	s.proven()
	s.says("nothing came since midnight")
	s.clock = s.clock.Add(time.Hour)
	s.dropped(1, true)
	s.says("1 attack since midnight")
	s.die()
	if err := os.WriteFile(s.database(), slices.Repeat([]byte("no database "), 4000), 0o600); err != nil {
		t.Fatal(err)
	}
	s.clock = s.clock.Add(time.Hour)
	s.live()
	s.proven()
	s.says("nothing came since 02:00")
	s.die()
}

// A day is whole when it was watched nearly all of it, over restarts too; an hour without a look is not watched.
func TestAWholeDay(t *testing.T) {
	for name, c := range map[string]struct {
		off   time.Duration
		whole bool
	}{"a short break": {time.Hour, true}, "half a day": {12 * time.Hour, false}} {
		t.Run(name, func(t *testing.T) {
			midnight := time.Date(2026, 3, 5, 0, 0, 0, 0, paris)
			day := today{location: paris}
			day.begin(midnight, nil, nil)
			proof := weather.Proof{Data: true, Filter: true}
			noise := func(abri.Day) uint64 { return 0 }
			run := func(from, to time.Time) {
				for now := from; now.Before(to); now = now.Add(30 * time.Second) {
					day.turn(now, noise, proof)
					day.watch(now, proof)
					day.look(now, 0, proof)
				}
			}
			run(midnight, midnight.Add(2*time.Hour))
			again := midnight.Add(2*time.Hour + c.off)
			kept := weather.Close(day.report)
			day = today{location: paris}
			day.begin(again, []abri.Attack{{ID: "x", Day: "2026-03-05", Last: again}}, []weather.Day{kept})
			run(again, midnight.Add(24*time.Hour+time.Minute))
			if got := day.history[0]; got.Day != "2026-03-05" || got.Whole() != c.whole {
				t.Errorf("whole is %t: %+v", got.Whole(), got)
			}
		})
	}
}

// A store that is met late adds what it knows of today and of the days before.
func TestDaysOfAStoreMetLate(t *testing.T) {
	day := today{location: paris}
	day.begin(time.Date(2026, 3, 5, 9, 0, 0, 0, paris), nil, nil)
	day.recall([]weather.Day{{Day: "2026-03-05", Sky: abri.Rain, Watched: 8 * time.Hour}, {Day: "2026-03-04", Points: 4}, {Day: "2026-03-03"}})
	day.recall([]weather.Day{{Day: "2026-03-04", Points: 9}})
	if day.late != 0 || day.watched != 8*time.Hour || day.worst != abri.Rain || len(day.history) != 2 || day.history[0].Points != 4 {
		t.Errorf("%+v", day)
	}
}
