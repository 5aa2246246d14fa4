package weather

import (
	"math/rand/v2"
	"testing"
	"time"

	"abri.example/abri"
)

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
		"a day of sun":          {today(nil), Day{"2026-03-05", 0, 0, 0, abri.Clear, false, 0, 0}},
		"a day of rain":         {today(some(7)), Day{"2026-03-05", 7, 7, 7, abri.Rain, false, 0, 0}},
		"worse in the morning":  {today(some(7), earlier(abri.Tornado)), Day{"2026-03-05", 7, 7, 7, abri.Tornado, false, 0, 0}},
		"nothing seen":          {today(nil, proof(silent)), Day{"2026-03-05", 0, 0, 0, abri.Fog, false, 0, 0}},
		"sun that ends in fog":  {today(nil, proof(silent), earlier(abri.Clear)), Day{"2026-03-05", 0, 0, 0, abri.Fog, false, 0, 0}},
		"rain that ends in fog": {today(some(3), proof(silent)), Day{"2026-03-05", 3, 3, 3, abri.LightRain, false, 0, 0}},
		"an infection":          {today(some(1, calls, answers)), Day{"2026-03-05", 10, 1, 0, abri.Storm, true, 0, 0}},
		"a day begun late": {today(nil, late(time.Hour), func(in *Input) { in.Watched = 2 * time.Hour }),
			Day{"2026-03-05", 0, 0, 0, abri.Clear, false, time.Hour, 2 * time.Hour}},
		"stopped on the first day": {today(some(1, calls)), Day{"2026-03-05", 10, 1, 1, abri.Rain, false, 0, 0}},
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
