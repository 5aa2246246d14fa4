package weather

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"abri.example/abri"
)

func ill(days []Day) []Day {
	for i := range days {
		days[i].Infected = true
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
		"the greatest number":         {past(same(7, math.MaxInt)...), [4]int{0, math.MaxInt, math.MaxInt, math.MaxInt}, false},
	} {
		if got, learning := Bounds(tt.history); got != tt.want || learning != tt.learning {
			t.Errorf("%s: %v, learning %v; want %v, %v", name, got, learning, tt.want, tt.learning)
		}
	}
	fog := past(same(28, 0)...)
	for i := range fog {
		fog[i].Sky = abri.Fog
	}
	if _, learning := Bounds(fog); !learning {
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
		bounds, _ := Bounds(days)
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

// "Trend against yesterday and last week."
func TestTrend(t *testing.T) {
	days := past(1, 2, 3, 4, 5, 6, 7, 8)
	r := today(nil, history(days))
	if r.Yesterday == nil || r.Yesterday.Points != 1 || r.LastWeek == nil || r.LastWeek.Points != 7 || r.LastWeek.Day != "2026-02-26" {
		t.Errorf("yesterday %+v, last week %+v", r.Yesterday, r.LastWeek)
	}
	gap := today(nil, history(days[1:6]))
	if gap.Yesterday != nil || gap.LastWeek != nil {
		t.Errorf("of days that the history does not hold: %+v, %+v", gap.Yesterday, gap.LastWeek)
	}
}

func TestClose(t *testing.T) {
	silent := Proof{Filter: true}
	for name, tt := range map[string]struct {
		report Report
		want   Day
	}{
		"a day of sun":             {today(nil), Day{"2026-03-05", 0, 0, 0, abri.Clear, false}},
		"a day of rain":            {today(some(7)), Day{"2026-03-05", 7, 7, 7, abri.Rain, false}},
		"worse in the morning":     {today(some(7), earlier(abri.Tornado)), Day{"2026-03-05", 7, 7, 7, abri.Tornado, false}},
		"nothing seen":             {today(nil, proof(silent)), Day{"2026-03-05", 0, 0, 0, abri.Fog, false}},
		"sun that ends in fog":     {today(nil, proof(silent), earlier(abri.Clear)), Day{"2026-03-05", 0, 0, 0, abri.Fog, false}},
		"rain that ends in fog":    {today(some(3), proof(silent)), Day{"2026-03-05", 3, 3, 3, abri.LightRain, false}},
		"an infection":             {today(some(1, calls, answers)), Day{"2026-03-05", 10, 1, 0, abri.Storm, true}},
		"stopped on the first day": {today(some(1, calls)), Day{"2026-03-05", 10, 1, 1, abri.Rain, false}},
	} {
		if got := Close(tt.report); got != tt.want {
			t.Errorf("%s: %+v, want %+v", name, got, tt.want)
		}
	}
}

// The figures of a report add up, by family and by service.
func TestTheFiguresAddUp(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	var active []abri.Attack
	for range 500 {
		a := attack(time.Duration(random.IntN(24*60))*time.Minute, 0)
		a.Kind, a.Service = abri.Kinds[random.IntN(len(abri.Kinds))], abri.Services[random.IntN(len(abri.Services))]
		a.Outcome = []abri.Outcome{abri.Observed, abri.WouldBlock, abri.Blocked}[random.IntN(3)]
		if random.IntN(50) == 0 {
			a.Rest = 100
		}
		active = append(active, a)
	}
	r := today(active)
	var families, services, ongoing, neutralised uint64
	for _, f := range r.Families {
		families, ongoing, neutralised = families+f.Attacks, ongoing+f.Ongoing, neutralised+f.Neutralised
	}
	for _, s := range r.Services {
		services += s.Attacks
	}
	if r.Attacks == 0 || r.Ongoing == 0 || r.Attacks != r.Neutralised+r.WouldBlock+r.Observed ||
		families != r.Attacks || services != r.Attacks || ongoing != r.Ongoing || neutralised != r.Neutralised {
		t.Errorf("families %d, services %d, ongoing %d, neutralised %d of %+v", families, services, ongoing, neutralised, r)
	}
}

func BenchmarkToday(b *testing.B) {
	active, days := some(20_000), past(same(28, 300)...)
	for b.Loop() {
		today(active, history(days))
	}
}
