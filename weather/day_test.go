package weather

import (
	"testing"
	"time"

	"abri.example/abri"
)

// "Weather, since local midnight, of the attacks *active* since then." An attack that goes on over midnight makes
// weather on both days and is counted on its first.
func TestAnAttackOverMidnight(t *testing.T) {
	over := attack(20*time.Hour, time.Hour)      // from 16:00 yesterday until 11:00
	gone := attack(20*time.Hour, 12*time.Hour+1) // until a moment before midnight
	last := attack(20*time.Hour, 12*time.Hour)   // until midnight
	r := today([]abri.Attack{over, gone, last})
	if r.Points != 2 || r.Attacks != 0 || r.Neutralised != 0 || r.Ongoing != 2 || r.Sky != abri.LightRain {
		t.Errorf("got %+v, want two that go on", r)
	}
	if f := r.Families[0]; f != (FamilyCount{abri.Intrusion, 0, 0, 2}) {
		t.Errorf("family %+v", f)
	}
	before := today([]abri.Attack{over, attack(0, 0)}, at(noon.AddDate(0, 0, -1)))
	if before.Attacks != 2 {
		t.Errorf("a clock set back a day loses attacks: %d, want 2", before.Attacks)
	}
}

// "... also on a day with a clock change."
func TestMidnight(t *testing.T) {
	for _, tt := range []struct{ zone, now, want string }{
		{"Europe/Paris", "2026-03-05T11:00:00Z", "2026-03-05T00:00:00+01:00"},
		{"Europe/Paris", "2026-03-28T23:30:00Z", "2026-03-29T00:00:00+01:00"}, // clocks go forward
		{"Europe/Paris", "2026-03-29T10:00:00Z", "2026-03-29T00:00:00+01:00"},
		{"Europe/Paris", "2026-03-29T21:59:59Z", "2026-03-29T00:00:00+01:00"}, // after 22 hours and 59 minutes
		{"Europe/Paris", "2026-03-29T22:00:00Z", "2026-03-30T00:00:00+02:00"},
		{"Europe/Paris", "2026-10-25T00:30:00Z", "2026-10-25T00:00:00+02:00"}, // clocks go back
		{"Europe/Paris", "2026-10-25T22:59:59Z", "2026-10-25T00:00:00+02:00"}, // after 24 hours and 59 minutes
		{"Europe/Paris", "2026-10-25T23:00:00Z", "2026-10-26T00:00:00+01:00"},
		{"America/Sao_Paulo", "2018-11-04T12:00:00Z", "2018-11-04T01:00:00-02:00"}, // midnight is skipped
		{"America/Havana", "2022-11-06T12:00:00Z", "2022-11-06T00:00:00-04:00"},    // midnight comes twice
		{"Pacific/Noumea", "2026-03-05T13:30:00Z", "2026-03-06T00:00:00+11:00"},
	} {
		loc, err := time.LoadLocation(tt.zone)
		if err != nil {
			t.Fatal(err)
		}
		now, err := time.Parse(time.RFC3339, tt.now)
		if err != nil {
			t.Fatal(err)
		}
		if got := Midnight(now, loc).Format(time.RFC3339); got != tt.want {
			t.Errorf("midnight before %s in %s is %s, want %s", tt.now, tt.zone, got, tt.want)
		}
	}
}

func TestTheDayOfAClockChange(t *testing.T) {
	for _, tt := range []struct {
		now   time.Time
		hours time.Duration // since midnight
	}{
		{time.Date(2026, 3, 29, 23, 30, 0, 0, paris), 22*time.Hour + 30*time.Minute},
		{time.Date(2026, 10, 25, 23, 30, 0, 0, paris), 24*time.Hour + 30*time.Minute},
	} {
		for _, c := range []struct {
			ago  time.Duration
			want uint64
		}{{tt.hours, 1}, {tt.hours + 1, 0}} {
			a := attack(0, 0)
			a.First = tt.now.Add(-c.ago)
			a.Last, a.Day = a.First, abri.DayOf(a.First, paris)
			if r := today([]abri.Attack{a}, at(tt.now)); r.Attacks != c.want || uint64(r.Points) != c.want {
				t.Errorf("%s: an attack %s ago counts %d, want %d", tt.now, c.ago, r.Attacks, c.want)
			}
		}
	}
}
