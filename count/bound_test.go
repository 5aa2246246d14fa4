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
