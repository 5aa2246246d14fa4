package weather

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"abri.example/abri"
)

func ill(days []Day) []Day { return spoilt(days, func(d *Day) { d.Infected = true }) }

// spoilt are days with one thing wrong with each.
func spoilt(days []Day, spoil func(*Day)) []Day {
	for i := range days {
		spoil(&days[i])
	}
	return days
}

// "Until seven days of history the upper bounds are 0 / 5 / 10 / 99. After that they are the greater of these and the
// site's own last 28 whole days (median, 90 %, twice the 90 %), days with a confirmed infection left out."
func TestBounds(t *testing.T) {
	rising := make([]int, 28)
	for i := range rising {
		rising[i] = 10 * (i + 1)
	}
	for name, tt := range map[string]struct {
		history  []Day
		want     [4]int
		learning bool
	}{
		"the first day":               {nil, [4]int{0, 5, 10, 99}, true},
		"six days":                    {past(same(6, 500)...), [4]int{0, 5, 10, 99}, true},
		"seven days":                  {past(same(7, 500)...), [4]int{0, 500, 500, 1000}, false},
		"a quiet site":                {past(same(28, 0)...), [4]int{0, 5, 10, 99}, false},
		"a little busier":             {past(same(28, 8)...), [4]int{0, 8, 10, 99}, false},
		"median and 90 %":             {past(rising...), [4]int{0, 140, 260, 520}, false},
		"of 28 days only":             {past(append(same(28, 20), same(30, 9000)...)...), [4]int{0, 20, 20, 99}, false},
		"one wild day changes little": {past(append(same(27, 20), 90_000)...), [4]int{0, 20, 20, 99}, false},
		"the ill left out":            {append(ill(past(same(8, 9000)...)), past(same(10, 20)...)...), [4]int{0, 20, 20, 99}, false},
		"all ill":                     {ill(past(same(28, 9000)...)), [4]int{0, 5, 10, 99}, true},
		"six well among the ill":      {append(past(same(6, 500)...), ill(past(same(22, 9000)...))...), [4]int{0, 5, 10, 99}, true},
		"days begun late left out":    {append(spoilt(past(same(20, 0)...), func(d *Day) { d.Late = time.Hour }), past(same(6, 500)...)...), [4]int{0, 5, 10, 99}, true},
		"days with a gap left out":    {spoilt(past(same(28, 0)...), func(d *Day) { d.Watched = wholeFrom - 1 }), [4]int{0, 5, 10, 99}, true},
		"calendar days":               {spoilt(past(same(28, 500)...), func(d *Day) { d.Day = d.Day.Add(-22) }), [4]int{0, 5, 10, 99}, true},
		"the greatest number":         {past(same(7, math.MaxInt)...), [4]int{0, math.MaxInt, math.MaxInt, math.MaxInt}, false},
	} {
		if got, learning := Bounds("2026-03-05", tt.history); got != tt.want || learning != tt.learning {
			t.Errorf("%s: %v, learning %v; want %v, %v", name, got, learning, tt.want, tt.learning)
		}
	}
	fog := past(same(28, 0)...)
	for i := range fog {
		fog[i].Sky = abri.Fog
	}
	if _, learning := Bounds("2026-03-05", fog); !learning {
		t.Error("a month of fog taught the box something")
	}
}

// "An average day is never a storm", whatever the history.
func TestAnAverageDayIsNeverAStorm(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for range 2000 {
		points := make([]int, 7+random.IntN(30))
		scale := math.Pow(10, 4*random.Float64())
		for i := range points {
			points[i] = int(random.ExpFloat64() * scale)
		}
		days := past(points...)
		bounds, _ := Bounds("2026-03-05", days)
		if !slices.IsSorted(bounds[:]) {
			t.Fatalf("bounds %v of %v do not rise", bounds, points)
		}
		used := slices.Clone(points[:min(28, len(points))])
		slices.Sort(used)
		median := used[(len(used)-1)/2]
		if sky := skyOf(median, bounds); sky.Severity() > abri.LightRain.Severity() {
			t.Fatalf("the middle day of %v is %s", points, sky)
		}
		storms := 0
		for _, p := range used {
			if skyOf(p, bounds).Severity() >= abri.Storm.Severity() {
				storms++
			}
		}
		if storms > (len(used)+9)/10 {
			t.Fatalf("%d days of %v are storms", storms, used)
		}
	}
}

// "A chronic infection never becomes habit": a device that calls a command server every day, for three months, be it
// answered or stopped, makes on the last day the same sky as a month before, and never a milder one than without history.
func TestAChronicInfectionNeverBecomesHabit(t *testing.T) {
	first := noon.AddDate(0, 0, -90)
	for name, tt := range map[string]struct {
		devices int
		changes []func(*abri.Attack)
		want    abri.Sky
	}{
		"answered":                     {1, []func(*abri.Attack){calls, answers}, abri.Storm},
		"stopped":                      {1, []func(*abri.Attack){calls}, abri.Rain},
		"three devices, stopped":       {3, []func(*abri.Attack){calls}, abri.Storm},
		"eleven devices, stopped":      {11, []func(*abri.Attack){calls}, abri.Tornado},
		"a beacon found by a detector": {2, []func(*abri.Attack){calls, unlisted, kind(abri.Beacon)}, abri.Storm},
	} {
		var days []Day
		for day := first; !day.After(noon); day = day.AddDate(0, 0, 1) {
			active := some(tt.devices, tt.changes...)
			for i := range active {
				active[i].First, active[i].Day = first, abri.DayOf(first, paris)
				active[i].Last = day.Add(-time.Hour)
			}
			r := today(active, at(day), history(days))
			if r.Sky != tt.want {
				t.Fatalf("%s: %s on %s, want %s", name, r.Sky, abri.DayOf(day, paris), tt.want)
			}
			days = append([]Day{Close(r)}, days...)
		}
	}
}

// One beacon a day is one attack that goes on: every day it is ten points, and it is counted once.
func TestOneBeaconADay(t *testing.T) {
	var counted uint64
	for day := range 10 {
		now := noon.AddDate(0, 0, day)
		beacon := attack(0, 0, calls, kind(abri.Beacon), unlisted)
		beacon.Last = now.Add(-time.Minute)
		r := today([]abri.Attack{beacon}, at(now))
		if r.Points != 10 || r.Sky != abri.Rain {
			t.Errorf("day %d: %d points, %s", day, r.Points, r.Sky)
		}
		counted += Close(r).Attacks
	}
	if counted != 1 {
		t.Errorf("counted %d times, want once", counted)
	}
}
