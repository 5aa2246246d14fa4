package siege

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"abri.example/abri"
)

var (
	monday = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	site   = netip.MustParseAddr("192.168.10.25")
)

// A new site has the floors; habits lift a bar at their hour and beside it, one wild day does not, and no habit lifts it above
// the ceiling.
func TestBarsFollowHabits(t *testing.T) {
	h := NewHabits(time.UTC)
	if got := BarsAt(monday, h, nil)[abri.Queries]; got != (Bar{Pace{125, 250}, Pace{250, 500}, Pace{500, 1000}}) {
		t.Errorf("a new site's bar is %+v", got)
	}
	for d := range 20 {
		peak := uint64(400)
		if d == 7 {
			peak = 100_000
		}
		h.Learn(monday.AddDate(0, 0, d).Add(10*time.Hour), Report{Pressure: abri.Queries, Arrived: peak})
		h.Learn(monday.AddDate(0, 0, d).Add(20*time.Hour), Report{Pressure: abri.Queries, Arrived: 3000})
	}
	after := monday.AddDate(0, 0, 20)
	for hour, want := range map[int]uint32{10: 1200, 11: 1200, 9: 1200, 14: 500, 20: 5000} {
		if got := BarsAt(after.Add(time.Duration(hour)*time.Hour), h, nil)[abri.Queries].Target.Rate; got != want {
			t.Errorf("at %d o'clock the bar is %d, want %d", hour, got, want)
		}
	}
	if got := BarsAt(after.Add(20*time.Hour), h, Ceilings{abri.Queries: 60})[abri.Queries].Target.Rate; got != 60 {
		t.Errorf("with a ceiling below the floor the bar is %d, want 60", got)
	}
	if got := BarsAt(monday, nil, nil)[abri.Openings].Target; got != (Pace{200, 128}) {
		t.Errorf("openings of a site without habits: %+v, more at once than a short queue holds", got)
	}
	if err := BarsAt(after, h, nil).Check(); err != nil {
		t.Error(err)
	}
}

// What a siege brings is no habit, neither in its hour nor soon after it; habits end after 28 days, and outlive a restart.
func TestWhatIsLearnt(t *testing.T) {
	h := NewHabits(time.UTC)
	at := func(day, hour, minute int) time.Time {
		return monday.AddDate(0, 0, day).Add(time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute)
	}
	for d := range 5 {
		h.Learn(at(d, 9, 0), Report{Pressure: abri.Echoes, Arrived: 30})
		h.Learn(at(d, 10, 0), Report{Pressure: abri.Echoes, Arrived: 90_000})
		h.Spoil(at(d, 10, 59), abri.Echoes)
		h.Learn(at(d, 11, 5), Report{Pressure: abri.Echoes, Arrived: 80_000})
	}
	if got := h.Usual(at(5, 10, 0), abri.Echoes); got != 30 {
		t.Errorf("usual is %d, want 30", got)
	}
	text, err := h.Write()
	if err != nil {
		t.Fatal(err)
	}
	again := NewHabits(time.UTC)
	if err := again.Read(text); err != nil || again.Usual(at(5, 10, 0), abri.Echoes) != 30 {
		t.Errorf("after a restart usual is %d, %v", again.Usual(at(5, 10, 0), abri.Echoes), err)
	}
	again.Learn(at(40, 1, 0), Report{Pressure: abri.Echoes, Arrived: 1})
	if got := again.Usual(at(40, 10, 0), abri.Echoes); got != 0 || again.Days() != 0 {
		t.Errorf("after 40 days usual is %d, of %d days", got, again.Days())
	}
	for _, bad := range []string{"", "{", `{"2026-13-41":{}}`, `{"2026-03-02":null}`, `[1]`} {
		if err := again.Read(bad); abri.CodeOf(err) != abri.CodeDamaged {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(`{"2026-03-02":{"echoes":[1,2,3]}}`)
	f.Add(`{"2026-03-02":{"rain":null}}`)
	f.Fuzz(func(t *testing.T, text string) {
		h := NewHabits(time.UTC)
		if h.Read(text) == nil {
			if err := BarsAt(monday, h, nil).Check(); err != nil {
				t.Error(err)
			}
		}
	})
}

// second is a second of a play.
type second struct {
	held, returned uint64
}

// quarter is the nth of it, the last with what is left over.
func (s second) quarter(n uint64) Report {
	part := func(of uint64) uint64 { return of*(n+1)/4 - of*n/4 }
	held := part(s.held)
	return Report{Target: site, Service: abri.Web, Arrived: 2 * held, Held: held, Returned: part(s.returned), Bytes: 60 * held}
}

// Floods are told within two seconds, and honest crowds not: those who ask for results of an examination come back.
func TestFloodsAndCrowds(t *testing.T) {
	for _, c := range []struct {
		name     string
		pressure abri.Pressure
		play     []second
		told     int    // the second in which it is told, 0 for never
		sources  uint64 // 0 stands for more than can be told apart
	}{
		{"forged openings", abri.Openings, []second{{50_000, 0}, {90_000, 3}, {90_000, 2}}, 1, 0},
		{"forged openings that are not many", abri.Openings, []second{{2000, 0}, {3000, 3}, {3000, 2}}, 2, 0},
		{"few forged openings", abri.Openings, []second{{30, 0}, {30, 0}, {30, 0}}, 3, 0},
		{"results of school transport", abri.Openings, []second{{900, 0}, {1200, 870}, {400, 1190}, {0, 400}}, 0, 0},
		{"a live council meeting begins", abri.Openings, []second{{120, 0}, {0, 118}, {0, 2}}, 0, 0},
		{"a crowd and a flood in it", abri.Openings, []second{{900, 0}, {1200, 850}, {90_000, 1100}, {90_000, 300}}, 3, 0},
		{"a crowd, and a flood that follows", abri.Openings, []second{{900, 0}, {1200, 880}, {400, 1180}, {0, 400}, {0, 0}, {600, 0}, {600, 0}}, 7, 0},
		{"whole requests of one machine", abri.Openings, []second{{250, 0}, {250, 0}}, 1, 1},
		{"whole requests of twenty", abri.Openings, []second{{4000, 0}, {4000, 0}}, 1, 20},
		{"sixty families behind one address, and back again", abri.Openings, []second{{90, 0}, {0, 88}}, 0, 1},
		{"a village of three hundred at its councillors' page", abri.Openings, []second{{1500, 0}, {200, 1450}, {0, 200}}, 0, 300},
		{"datagrams", abri.Datagrams, []second{{4000, 0}}, 1, 0},
		{"answers that nobody asked for", abri.Answers, []second{{4000, 0}}, 1, 0},
		{"a few echoes of a monitoring", abri.Echoes, []second{{20, 0}, {0, 0}, {20, 0}}, 0, 0},
		{"fragments", abri.Fragments, []second{{30, 0}, {30, 0}}, 2, 0},
	} {
		w, told := NewWatch(), 0
		sources := cmp.Or(c.sources, 30_000)
		for i := range 4 * len(c.play) {
			r := c.play[i/4].quarter(uint64(i % 4))
			r.Pressure, r.Sources = c.pressure, sources
			all := w.Observe(monday.Add(time.Duration(i+1)*time.Second/4), []Report{r})
			if len(all) > 0 && told == 0 {
				told = i/4 + 1
				if all[0].Finding.Kind != c.pressure.Kind() || all[0].Sources != sources || !all[0].First {
					t.Errorf("%s: %+v", c.name, all[0])
				}
			}
		}
		if told != c.told {
			t.Errorf("%s: told in second %d, want %d", c.name, told, c.told)
		}
	}
}

// One attack a target: what several pressures bring is one, with the numbers of each, and nothing is told twice.
func TestOneAttackATarget(t *testing.T) {
	w := NewWatch()
	var held uint64
	var last Told
	for i := range 5 {
		for _, told := range w.Observe(monday.Add(time.Duration(i)*time.Second), []Report{
			{Target: site, Pressure: abri.Datagrams, Service: abri.Other, Held: 1000, Bytes: 1_000_000, Sources: 400},
			{Target: site, Pressure: abri.Echoes, Service: abri.Web, Held: 500, Bytes: 50_000, Sources: 300, Would: true},
		}) {
			held += told.Held
			last = told
			if told.First != (i == 0) {
				t.Errorf("second %d: first is %v", i, told.First)
			}
		}
	}
	if held != 7500 || last.Sources != 700 || last.Outcome != abri.WouldBlock || last.Finding.Proto != "" || last.Finding.Inside != site {
		t.Errorf("%d held, %+v", held, last)
	}
	says := last.Finding.Why.Sentence(abri.French)
	for _, want := range []string{"noie une machine", "5000 datagrammes", "2500 pings", "1500 dans la pire seconde"} {
		if !strings.Contains(says, want) {
			t.Errorf("%q is not in %q", want, says)
		}
	}
	if peak, is := w.Besieged(monday.Add(6*time.Second), 10*time.Second); !is || peak != 1500 {
		t.Errorf("besieged %v, at most %d", is, peak)
	}
	if _, is := w.Besieged(monday.Add(time.Minute), 10*time.Second); is {
		t.Error("besieged still")
	}
	w.Observe(monday.Add(time.Hour), nil)
	if len(w.sieges) != 0 {
		t.Errorf("%d sieges are remembered", len(w.sieges))
	}
}

// Answers that nobody asked for come in fragments too: together they are one attack, also in a second that has fragments alone.
func TestFragmentsOfAnswersAreTheirAttack(t *testing.T) {
	w := NewWatch()
	fragments := Report{Target: site, Pressure: abri.Fragments, Held: 3000, Sources: 30}
	answers := Report{Target: site, Pressure: abri.Answers, Held: 2000, Sources: 30}
	other := Report{Target: netip.MustParseAddr("192.168.10.26"), Pressure: abri.Fragments, Held: 3000, Sources: 30}
	kinds := map[aim]uint64{}
	for i, reports := range [][]Report{{fragments, answers, other}, {fragments, other}} {
		for _, told := range w.Observe(monday.Add(time.Duration(i)*time.Second), reports) {
			kinds[aim{told.Finding.Inside, told.Finding.Kind}] += told.Held
		}
	}
	if len(kinds) != 2 || kinds[aim{site, abri.Amplification}] != 8000 || kinds[aim{other.Target, abri.Flood}] != 6000 {
		t.Errorf("told %v", kinds)
	}
}

// Targets that the outside can make up are bounded.
func TestTheWatchIsBounded(t *testing.T) {
	w := NewWatch()
	var reports []Report
	for i := range mostTold + 1000 {
		reports = append(reports, Report{Target: netip.AddrFrom4([4]byte{10, 0, byte(i >> 8), byte(i)}), Pressure: abri.Datagrams, Held: 1000})
	}
	if n := len(w.Observe(monday, reports)); n != mostTold || len(w.sieges) != mostTold {
		t.Errorf("%d told, %d remembered", n, len(w.sieges))
	}
}

// A line is full when so much comes as it carries, of which an attack is a good part, for some seconds; without an attack a
// full line is a download or a copy at night.
func TestTheLine(t *testing.T) {
	play := func(l *Line, at time.Time, came, held uint64, besieged bool) (full bool) {
		for i := range 60 {
			full = !l.Observe(at.Add(time.Duration(i)*time.Second), came, held, besieged).IsZero()
		}
		return full
	}
	l := NewLine(12_500_000, time.UTC) // 100 Mbit/s
	for _, c := range []struct {
		name       string
		came, held uint64
		besieged   bool
		want       bool
	}{
		{"a speed test", 12_400_000, 0, false, false},
		{"a flood that fills it", 12_400_000, 11_000_000, true, true},
		{"a flood that leaves room", 6_000_000, 5_000_000, true, false},
		{"a copy at night, and a few echoes", 12_400_000, 10_000, true, false},
	} {
		if got := play(l, monday, c.came, c.held, c.besieged); got != c.want {
			t.Errorf("%s: full %v", c.name, got)
		}
	}
	learnt := NewLine(0, time.UTC)
	for d, most := range []uint64{2_000_000, 12_000_000, 12_300_000, 3_000_000} {
		play(learnt, monday.AddDate(0, 0, d), most, 0, false)
	}
	if learnt.Capacity() != 0 {
		t.Errorf("two high days make a capacity of %d", learnt.Capacity())
	}
	play(learnt, monday.AddDate(0, 0, 5), 12_100_000, 0, false)
	if c := learnt.Capacity(); c < 12_000_000 || c > 12_400_000 {
		t.Errorf("the capacity is %d", c)
	}
	if !play(learnt, monday.AddDate(0, 0, 6), 12_200_000, 11_000_000, true) {
		t.Error("a full line whose capacity was learnt is not told")
	}
}

// Bars that would themselves shut people out are refused.
func TestBarsCheck(t *testing.T) {
	good := Bar{Pace{10, 20}, Pace{20, 40}, Pace{40, 80}}
	for name, b := range map[string]Bars{
		"unknown": {"rain": good}, "too low": {abri.Echoes: {Pace{1, 20}, good.Net, good.Target}},
		"too high": {abri.Echoes: {good.Source, good.Net, Pace{2_000_000, 2_000_000}}}, "no burst": {abri.Echoes: {Pace{10, 1}, good.Net, good.Target}},
	} {
		if err := b.Check(); abri.CodeOf(err) != abri.CodeInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	var names []string
	for p := range BarsAt(monday, nil, nil) {
		names = append(names, string(p))
	}
	if slices.Sort(names); len(names) != len(abri.Pressures) {
		t.Errorf("bars of %v", names)
	}
}
