package count

import (
	"testing"
	"time"

	"abri.example/abri"
)

// "Noise: a lone probe that leads to nothing, and self-declared research scanners. Counted apart."
func TestNoiseIsCountedApart(t *testing.T) {
	probe := with(inward("198.51.100.7", "192.168.1.10"), func(s *Sighting) {
		s.Finding.Noise, s.Finding.Why = true, abri.Why{Rule: abri.RuleProbe}
	})
	listed := inward("198.51.100.8", "192.168.1.10")
	c := New(Options{Location: paris})
	c.Add(start, probe)
	c.Add(start.Add(time.Minute), with(probe, func(s *Sighting) { s.Attempts = 0 })) // more packets of the same
	c.Add(start.Add(11*time.Hour+30*time.Minute), probe)                             // 23:30 in Paris
	c.Add(start.Add(12*time.Hour), with(probe, func(s *Sighting) { s.Attempts = 3 }))
	c.Add(start, listed)
	if got := c.Changed(); len(got) != 1 || got[0].Outside != listed.Finding.Outside || got[0].Attempts != 1 {
		t.Errorf("got %+v, want the listed attacker alone: one packet of a listed address is an attack", got)
	}
	if a, b := c.Noise("2026-03-05"), c.Noise("2026-03-06"); a != 2 || b != 3 {
		t.Errorf("noise of the two days is %d and %d, want 2 and 3", a, b)
	}
	hours := c.NoiseHours()
	want := []NoiseHour{{start, 1}, {start.Add(11 * time.Hour), 1}, {start.Add(12 * time.Hour), 3}}
	if len(hours) != len(want) || hours[0] != want[0] || hours[1] != want[1] || hours[2] != want[2] {
		t.Errorf("noise by hour is %v, want %v", hours, want)
	}
	if again := c.NoiseHours(); len(again) != 0 {
		t.Errorf("noise is given twice: %v", again)
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
