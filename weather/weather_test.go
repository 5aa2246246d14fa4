package weather

import (
	"math/rand/v2"
	"net/netip"
	"testing"
	"time"

	"abri.example/abri"
)

var paris = func() *time.Location {
	l, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		panic(err)
	}
	return l
}()

// noon of 5 March in Paris.
var noon = time.Date(2026, 3, 5, 12, 0, 0, 0, paris)

var working = Proof{Data: true, Filter: true}

// attack is one that came in, first and last seen as long before noon as said.
func attack(first, last time.Duration, changes ...func(*abri.Attack)) abri.Attack {
	a := abri.Attack{
		ID: "a", Kind: abri.KnownAttacker, Service: abri.Mail, Direction: abri.In,
		Outside: netip.MustParseAddr("198.51.100.7"), Inside: netip.MustParseAddr("192.168.1.10"),
		First: noon.Add(-first), Last: noon.Add(-last), Day: abri.DayOf(noon.Add(-first), paris),
		Attempts: 1, Sources: 1, Outcome: abri.Blocked, Why: abri.Why{Rule: abri.RuleList, List: "test"},
	}
	for _, c := range changes {
		c(&a)
	}
	return a
}

func calls(a *abri.Attack) { a.Kind, a.Direction = abri.CommandAndControl, abri.Out }

func answers(a *abri.Attack) { a.Answered, a.Outcome = true, abri.Observed }

func unlisted(a *abri.Attack) { a.Why = abri.Why{Rule: "command-and-control"} }

func kind(k abri.Kind) func(*abri.Attack) { return func(a *abri.Attack) { a.Kind = k } }

// some is n attacks of this morning.
func some(n int, changes ...func(*abri.Attack)) []abri.Attack {
	as := make([]abri.Attack, n)
	for i := range as {
		as[i] = attack(2*time.Hour, time.Hour, changes...)
	}
	return as
}

func today(active []abri.Attack, changes ...func(*Input)) Report {
	in := Input{Now: noon, Location: paris, Active: active, Proof: working}
	for _, c := range changes {
		c(&in)
	}
	return Today(in)
}

func earlier(s abri.Sky) func(*Input) { return func(in *Input) { in.Earlier = s } }

func proof(p Proof) func(*Input) { return func(in *Input) { in.Proof = p } }

func history(days []Day) func(*Input) { return func(in *Input) { in.History = days } }

func at(now time.Time) func(*Input) { return func(in *Input) { in.Now = now } }

func late(by time.Duration) func(*Input) { return func(in *Input) { in.Late = by } }

func noise(probes uint64) func(*Input) { return func(in *Input) { in.Noise = probes } }

// past is whole days before 5 March with these points, newest first.
func past(points ...int) []Day {
	days := make([]Day, len(points))
	for i, p := range points {
		days[i] = Day{Day: abri.Day("2026-03-05").Add(-1 - i), Points: p, Sky: abri.Rain, Watched: 24 * time.Hour}
	}
	return days
}

func same(n, points int) []int {
	ps := make([]int, n)
	for i := range ps {
		ps[i] = points
	}
	return ps
}

// "`clear`: none. Then `light-rain`, `rain`, `storm`, `tornado`"; "Until seven days of history the upper bounds are
// 0 / 5 / 10 / 99."
func TestTheSkyOfANewSite(t *testing.T) {
	for points, want := range map[int]abri.Sky{
		0: abri.Clear, 1: abri.LightRain, 5: abri.LightRain, 6: abri.Rain, 10: abri.Rain,
		11: abri.Storm, 99: abri.Storm, 100: abri.Tornado, 5000: abri.Tornado,
	} {
		if r := today(some(points)); r.Sky != want || r.Points != points || !r.Learning || r.Bounds != [4]int{0, 5, 10, 99} {
			t.Errorf("%d points: %s with bounds %v, want %s", points, r.Sky, r.Bounds, want)
		}
	}
}

// "The sky only worsens within a day."
func TestTheSkyOnlyWorsensWithinADay(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		var worst abri.Sky
		severity := -1
		for range 50 {
			p := working
			p.Filter = random.IntN(4) > 0
			r := today(some(random.IntN(120)), earlier(worst), proof(p), history(past(same(random.IntN(9), random.IntN(50))...)))
			worst = r.Worst
			if r.Sky == abri.Fog {
				continue
			}
			if r.Sky.Severity() < severity {
				t.Fatalf("the sky went from %s to %s", abri.Skies[severity], r.Sky)
			}
			severity = r.Sky.Severity()
		}
	}
	if r := today(some(3), earlier(abri.Storm)); r.Sky != abri.Storm || r.Because != BecauseKept {
		t.Errorf("after a storm: %s because %s", r.Sky, r.Because)
	}
	if r := today(some(200), earlier(abri.Storm)); r.Sky != abri.Tornado || r.Because != BecausePoints {
		t.Errorf("worse than the storm: %s because %s", r.Sky, r.Because)
	}
}

// "`fog`: no data or no proof that the filter works; silence is never sun."
func TestFog(t *testing.T) {
	for name, tt := range map[string]struct {
		active  []abri.Attack
		earlier abri.Sky
		proof   Proof
		sky     abri.Sky
		because Because
		worst   abri.Sky
	}{
		"nothing seen":                 {nil, "", Proof{Filter: true}, abri.Fog, BecauseNoData, ""},
		"no proof":                     {nil, "", Proof{Data: true}, abri.Fog, BecauseNoProof, ""},
		"neither":                      {nil, "", Proof{}, abri.Fog, BecauseNoData, ""},
		"data and proof":               {nil, "", working, abri.Clear, BecauseNone, abri.Clear},
		"after a storm":                {nil, abri.Storm, Proof{}, abri.Fog, BecauseNoData, abri.Storm},
		"after the sun":                {nil, abri.Clear, Proof{}, abri.Fog, BecauseNoData, abri.Clear},
		"attacks seen all the same":    {some(7), "", Proof{Data: true}, abri.Fog, BecauseNoProof, abri.Rain},
		"the storm stands behind it":   {nil, abri.Storm, working, abri.Storm, BecauseKept, abri.Storm},
		"an unknown earlier sky":       {nil, "hail", working, abri.Clear, BecauseNone, abri.Clear},
		"fog earlier, and it lifts":    {nil, abri.Fog, working, abri.Clear, BecauseNone, abri.Clear},
		"fog earlier, and it stays on": {nil, abri.Fog, Proof{}, abri.Fog, BecauseNoData, ""},
	} {
		r := today(tt.active, earlier(tt.earlier), proof(tt.proof))
		if r.Sky != tt.sky || r.Because != tt.because || r.Worst != tt.worst {
			t.Errorf("%s: %s because %s, worst %q; want %s because %s, worst %q",
				name, r.Sky, r.Because, r.Worst, tt.sky, tt.because, tt.worst)
		}
	}
}

// "A device that got an answer from a listed command server: at least `storm`, whatever the points. (Attempted and
// stopped: its ten points.)"
func TestAnAnswerFromACommandServer(t *testing.T) {
	in := func(a *abri.Attack) { a.Direction = abri.In }
	for name, tt := range map[string]struct {
		active  []abri.Attack
		sky     abri.Sky
		because Because
	}{
		"answered":               {some(1, calls, answers), abri.Storm, BecauseAnswered},
		"attempted and stopped":  {some(1, calls), abri.Rain, BecausePoints},
		"answered, no list":      {some(1, calls, answers, unlisted), abri.Rain, BecausePoints},
		"answered, another kind": {some(1, calls, answers, kind(abri.KnownDestination)), abri.Rain, BecausePoints},
		"inward":                 {some(1, calls, answers, in), abri.LightRain, BecausePoints},
		"a tornado stays one":    {some(10, calls, answers), abri.Tornado, BecausePoints},
		"a storm by its points":  {some(9, calls, answers), abri.Storm, BecausePoints},
	} {
		if r := today(tt.active); r.Sky != tt.sky || r.Because != tt.because {
			t.Errorf("%s: %s because %s, want %s because %s", name, r.Sky, r.Because, tt.sky, tt.because)
		}
	}
	if r := today(some(1, calls, answers), history(past(same(28, 1000)...))); r.Sky != abri.Storm {
		t.Errorf("on a site used to 1,000 points: %s, want a storm", r.Sky)
	}
}
