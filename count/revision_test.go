package count

import (
	"math/rand/v2"
	"testing"
	"time"

	"abri.example/abri"
)

func TestTheIdIsOfWhatItIsAndWhenItBegan(t *testing.T) {
	id := func(seed string, at time.Time, s Sighting) string {
		c := New(Options{Seed: seed})
		c.Add(at, s)
		return c.Changed()[0].ID
	}
	s := inward("198.51.100.7", "192.168.1.10")
	one := id("box", start, s)
	if len(one) != 32 {
		t.Errorf("id %q has %d characters, want 32", one, len(one))
	}
	if again := id("box", start.In(paris), s); again != one {
		t.Errorf("the same attack has ids %s and %s", one, again)
	}
	for name, other := range map[string]string{
		"another box":     id("other", start, s),
		"another time":    id("box", start.Add(1), s),
		"another address": id("box", start, inward("198.51.100.8", "192.168.1.10")),
	} {
		if other == one {
			t.Errorf("%s gives the same id", name)
		}
	}
}

// "It has an id and a revision, and a later report replaces an earlier one."
func TestRevisions(t *testing.T) {
	c := New(Options{})
	s := inward("198.51.100.7", "192.168.1.10")
	c.Add(start, s)
	c.Add(start, s)
	first := c.Changed()
	if len(first) != 1 || first[0].Revision != 1 || first[0].Attempts != 2 {
		t.Fatalf("first revision: %+v", first)
	}
	if none := c.Changed(); len(none) != 0 {
		t.Errorf("nothing changed, and Changed gives %+v", none)
	}
	c.Add(start.Add(time.Minute), s)
	if second := c.Changed(); len(second) != 1 || second[0].Revision != 2 || second[0].ID != first[0].ID || second[0].Attempts != 3 {
		t.Errorf("second revision: %+v", second)
	}
	c.Tick(start.Add(61*time.Minute - 1))
	if early := c.Changed(); len(early) != 0 {
		t.Errorf("it ended early: %+v", early)
	}
	c.Tick(start.Add(61 * time.Minute))
	if last := c.Changed(); len(last) != 1 || last[0].Revision != 3 || !last[0].Ended || len(c.Open()) != 0 {
		t.Errorf("last revision: %+v", last)
	}
}

func TestTheStrongestReasonStands(t *testing.T) {
	list := abri.Why{Rule: abri.RuleList, List: "test"}
	guess := abri.Why{Rule: "command-and-control", Evidence: []abri.Evidence{{Name: "calls", Value: "9"}}}
	later := abri.Why{Rule: "command-and-control", Evidence: []abri.Evidence{{Name: "calls", Value: "30"}}}
	type said struct {
		why     abri.Why
		outcome abri.Outcome
	}
	for name, tt := range map[string]struct {
		all  []said
		want string
	}{
		"the first":                     {[]said{{guess, abri.Observed}, {later, abri.Observed}}, "9"},
		"that of the worst outcome":     {[]said{{guess, abri.Observed}, {later, abri.Blocked}}, "30"},
		"a list before a detector":      {[]said{{guess, abri.Blocked}, {list, abri.Observed}}, "test"},
		"a list, whatever is found now": {[]said{{list, abri.Observed}, {later, abri.Blocked}}, "test"},
	} {
		c := New(Options{})
		for _, x := range tt.all {
			s := outward("192.168.1.20", "203.0.113.9")
			s.Finding.Why, s.Outcome = x.why, x.outcome
			c.Add(start, s)
		}
		w := c.Changed()[0].Why
		if got := w.List; got != tt.want && (len(w.Evidence) == 0 || w.Evidence[0].Value != tt.want) {
			t.Errorf("%s: the reason is %+v, want %s", name, w, tt.want)
		}
	}
}

func TestAnAnswerTellsOutwardOnly(t *testing.T) {
	in := with(inward("198.51.100.7", "192.168.1.10"), func(s *Sighting) { s.Answered = true })
	out := with(outward("192.168.1.20", "203.0.113.9"), func(s *Sighting) { s.Answered = true })
	silent := outward("192.168.1.20", "203.0.113.9")
	got := play(t, Options{}, seen{0, in}, seen{time.Minute, out}, seen{2 * time.Minute, silent})
	if got[0].Answered || !got[1].Answered {
		t.Errorf("answered: inward %v, outward %v; want false and true", got[0].Answered, got[1].Answered)
	}
}

func TestAClockSetBackLosesAndDoublesNothing(t *testing.T) {
	s := inward("198.51.100.7", "192.168.1.10")
	got := play(t, Options{}, seen{time.Hour, s}, seen{0, s}, seen{30 * time.Minute, s}, seen{90 * time.Minute, s})
	if len(got) != 1 || got[0].Attempts != 4 || !got[0].First.Equal(start.Add(time.Hour)) || !got[0].Last.Equal(start.Add(90*time.Minute)) {
		t.Errorf("an hour back: %+v", got)
	}
	far := 10 * 365 * 24 * time.Hour // a box without a clock chip that once believed in 2036
	got = play(t, Options{}, seen{far, s}, seen{0, s}, seen{time.Minute, s}, seen{2 * time.Hour, s})
	if len(got) != 3 || got[0].Attempts != 2 || !got[0].Ended || !got[2].Ended || got[1].Ended {
		t.Errorf("years back: %+v", got)
	}
}

// A clock that was years ahead does not leave the bound of its hour behind for years.
func TestAClockSetRightGivesANewBound(t *testing.T) {
	c := New(Options{RowsPerHour: 2})
	for i := range 2 {
		c.Add(start.AddDate(10, 0, 0), inward(nth(i), "192.168.1.10"))
	}
	c.Add(start, inward(nth(2), "192.168.1.10"))
	for _, a := range c.Changed() {
		if a.Rest > 0 {
			t.Errorf("the first attack of an hour is one of the rest: %+v", a)
		}
	}
}

func TestAClockSetBackGivesNoSecondBound(t *testing.T) {
	c := New(Options{RowsPerHour: 5})
	for i := range 20 {
		at := start
		if i%2 == 1 {
			at = start.Add(-time.Second)
		}
		c.Add(at, inward(nth(i), "192.168.1.10"))
	}
	if got := c.Changed(); len(got) != 6 {
		t.Errorf("%d rows around the turn of an hour, want 5 and a rest", len(got))
	}
}

// Whatever comes, and however the clock jumps, every attempt is in one row, every row has its own id, and revisions
// rise by one.
func TestNothingIsLostOrDoubled(t *testing.T) {
	for seed := range uint64(30) {
		random := rand.New(rand.NewPCG(seed, 2))
		c := New(Options{RowsPerHour: 3, MaxOpen: 4})
		rows := map[string]abri.Attack{}
		at := start
		var attempts uint64
		for range 1000 {
			at = at.Add(time.Duration(random.IntN(2000)-300) * time.Second)
			if random.IntN(100) == 0 {
				at = at.Add(time.Duration(random.IntN(100)-50) * 24 * time.Hour)
			}
			c.Tick(at)
			c.Add(at, randomSighting(random))
			attempts++
			if random.IntN(3) > 0 {
				continue
			}
			for _, a := range c.Changed() {
				if a.Revision != rows[a.ID].Revision+1 || rows[a.ID].Ended || a.Last.Before(a.First) {
					t.Fatalf("seed %d: %+v after %+v", seed, a, rows[a.ID])
				}
				rows[a.ID] = a
			}
		}
		for _, a := range c.Changed() {
			rows[a.ID] = a
		}
		var got uint64
		for _, a := range rows {
			got += a.Attempts
		}
		if got != attempts {
			t.Errorf("seed %d: %d attempts in the rows, want %d", seed, got, attempts)
		}
	}
}
