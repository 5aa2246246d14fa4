package count

import (
	"testing"
	"time"

	"abri.example/abri"
)

// sum is the attacks that the rows stand for, and how many rows of which stand for many.
func sum(rows []abri.Attack) (attacks uint64, rests int) {
	for _, a := range rows {
		attacks += a.Count()
		if a.Rest > 0 {
			rests++
		}
	}
	return attacks, rests
}

// "Rows are bounded: beyond 10,000 an hour the rest is one row with a number."
func TestTheRestIsOneRowWithANumber(t *testing.T) {
	c := New(Options{Seed: "box"})
	for round := range 3 { // who comes back is not counted again
		for i := range 13_000 {
			c.Add(start.Add(time.Duration(round)*time.Minute), inward(nth(i), "192.168.1.10"))
		}
	}
	got := c.Changed()
	attacks, rests := sum(got)
	if len(got) != 10_001 || rests != 1 || attacks != 13_000 {
		t.Errorf("%d rows, %d of them a rest, for %d attacks; want 10,001, 1 and 13,000", len(got), rests, attacks)
	}
	var attempts uint64
	for _, a := range got {
		attempts += a.Attempts
	}
	if attempts != 39_000 {
		t.Errorf("%d attempts, want 39,000", attempts)
	}
	c.Add(start.Add(time.Hour), inward(nth(50_000), "192.168.1.10"))
	for i := 10_000; i < 13_000; i++ { // going on in the next hour, each is still in its rest
		c.Add(start.Add(time.Hour), inward(nth(i), "192.168.1.10"))
	}
	if next := c.Changed(); len(next) != 2 {
		t.Errorf("in the next hour %d rows changed, want the new attack's and the rest", len(next))
	}
}

func TestTheRestIsTrue(t *testing.T) {
	o := Options{Seed: "box", RowsPerHour: 2}
	t.Run("beyond 4,096 the number is near", func(t *testing.T) {
		c := New(o)
		for i := range 100_000 {
			c.Add(start, inward(nth(i), "192.168.1.10"))
		}
		if attacks, _ := sum(c.Changed()); !near(attacks, 100_000, 5) {
			t.Errorf("%d attacks, want 100,000 within 5 %%", attacks)
		}
	})
	t.Run("knocks do not hide what leaves", func(t *testing.T) {
		c := New(o)
		for i := range 100 {
			c.Add(start, inward(nth(i), "192.168.1.10"))
		}
		c.Add(start, outward("192.168.1.20", "203.0.113.9"))
		var found bool
		for _, a := range c.Changed() {
			found = found || a.Direction == abri.Out && a.Rest == 0 && a.Kind == abri.CommandAndControl
		}
		if !found {
			t.Error("the call to a command server has no row of its own")
		}
	})
	t.Run("only the dropped are neutralised", func(t *testing.T) {
		c := New(o)
		for i := range 12 {
			s := inward(nth(i), "192.168.1.10")
			if i >= 8 {
				s.Outcome = abri.Observed
			}
			c.Add(start, s)
		}
		count := map[abri.Outcome]uint64{}
		for _, a := range c.Changed() {
			count[a.Outcome] += a.Count()
		}
		if count[abri.Blocked] != 8 || count[abri.Observed] != 4 {
			t.Errorf("got %v, want 8 blocked and 4 observed", count)
		}
	})
	t.Run("it names only what all share", func(t *testing.T) {
		c := New(o)
		for i := range 5 {
			s := inward(nth(i), "192.168.1.10")
			if i == 4 {
				s.Finding.Service, s.Finding.Port = abri.Web, 443
			}
			c.Add(start, s)
		}
		for _, a := range c.Changed() {
			if a.Rest > 0 && (a.Outside.IsValid() || a.Inside.String() != "192.168.1.10" || a.Service != abri.Other || a.Port != 0) {
				t.Errorf("the rest says %+v", a)
			}
		}
	})
	t.Run("no attack that goes on is cut in two", func(t *testing.T) {
		c := New(Options{MaxOpen: 3})
		for i := range 10 {
			c.Add(start, inward(nth(i), "192.168.1.10"))
		}
		for i := range 10 {
			c.Add(start.Add(time.Minute), inward(nth(i), "192.168.1.10"))
		}
		got := c.Changed()
		if attacks, _ := sum(got); len(got) != 4 || attacks != 10 {
			t.Errorf("%d rows for %d attacks, want 4 for 10", len(got), attacks)
		}
	})
}
