package count

import (
	"encoding/binary"
	"net/netip"
	"runtime"
	"testing"
	"time"

	"abri.example/abri"
)

// nth is the n-th of many outside addresses.
func nth(n int) string {
	var b [4]byte
	binary.BigEndian.PutUint32(b[:], 0x0B000000+uint32(n))
	return netip.AddrFrom4(b).String()
}

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

// near reports whether got is within percent of want.
func near(got, want uint64, percent float64) bool {
	d := float64(got) - float64(want)
	return max(d, -d) <= float64(want)*percent/100
}

// "Flood and amplification: one a target, its sources a number", be they forged and many.
func TestForgedSourcesAreANumber(t *testing.T) {
	for _, sources := range []int{1, 2, 4096, 200_000} {
		c := New(Options{Seed: "box"})
		for round := range 2 {
			for i := range sources {
				s := inward(nth(i), "192.168.1.10")
				s.Finding.Kind = abri.Flood
				c.Add(start.Add(time.Duration(round)*time.Minute), s)
			}
		}
		got := c.Changed()
		if len(got) != 1 || got[0].Count() != 1 {
			t.Fatalf("%d sources gave %d attacks, want one", sources, len(got))
		}
		a := got[0]
		if sources <= 4096 && a.Sources != uint64(sources) || !near(a.Sources, uint64(sources), 5) {
			t.Errorf("%d sources were numbered %d", sources, a.Sources)
		}
		if a.Attempts != uint64(2*sources) {
			t.Errorf("%d attempts, want %d", a.Attempts, 2*sources)
		}
		if named := a.Outside.IsValid(); named != (sources == 1) {
			t.Errorf("of %d sources one is named: %v", sources, a.Outside)
		}
	}
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

// What the outside can send for days does not grow the counter without end.
func TestMemoryIsBounded(t *testing.T) {
	c := New(Options{Seed: "box", MaxOpen: 5_000})
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for i := range 300_000 {
		at := start.Add(time.Duration(i) * 100 * time.Millisecond)
		s := inward(nth(i), nth(i%7000))
		if i%2 == 0 {
			s.Finding.Kind = abri.Flood
		}
		c.Add(at, s)
		if i%1000 == 0 {
			c.Tick(at)
			c.Changed()
		}
	}
	c.Changed()
	runtime.GC()
	runtime.ReadMemStats(&after)
	if open := len(c.Open()); open > 5_000+60 {
		t.Errorf("%d attacks are open, want 5,000 and a few rests at most", open)
	}
	if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > 32<<20 {
		t.Errorf("the counter holds %d MB", grown>>20)
	}
	c.Tick(start.Add(48 * time.Hour))
	c.Changed()
	if len(c.Open()) != 0 || c.open != [2]int{} || c.wide != 0 || len(c.rests) != 0 {
		t.Errorf("after two days of quiet %d rows, open %v, wide %d, rests %d", len(c.rows), c.open, c.wide, len(c.rests))
	}
}

func TestNoiseIsBounded(t *testing.T) {
	c := New(Options{})
	var total uint64
	for i := range 1000 {
		s := inward("198.51.100.7", "192.168.1.10")
		s.Finding.Noise = true
		c.Add(start.Add(time.Duration(i)*time.Hour), s)
	}
	hours := c.NoiseHours()
	for _, h := range hours {
		total += h.Count
	}
	if len(hours) > noiseHours || len(c.noise.days) > noiseDays || total != 1000 {
		t.Errorf("%d hours, %d days, %d probes", len(hours), len(c.noise.days), total)
	}
}

func BenchmarkAdd(b *testing.B) {
	sightings := make([]Sighting, 20_000)
	for i := range sightings {
		sightings[i] = inward(nth(i), "192.168.1.10")
	}
	for name, n := range map[string]int{"ongoing": 1000, "rest": 20_000} {
		b.Run(name, func(b *testing.B) {
			c := New(Options{})
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				c.Add(start, sightings[i%n])
			}
		})
	}
}

func BenchmarkTick(b *testing.B) {
	c := New(Options{})
	for i := range 10_000 {
		c.Add(start, inward(nth(i), "192.168.1.10"))
	}
	b.Run("nothing due", func(b *testing.B) {
		for b.Loop() {
			c.Tick(start)
		}
	})
	b.Run("changed 10,000", func(b *testing.B) {
		for b.Loop() {
			for i := range 10_000 {
				c.Add(start, inward(nth(i), "192.168.1.10"))
			}
			c.Changed()
		}
	})
}
