package count

import (
	"math/rand/v2"
	"testing"
)

func TestDistinct(t *testing.T) {
	d := distinct{limit: 2}
	for _, step := range []struct {
		add    uint64
		known  bool // before it is added
		count  uint64
		beyond bool
	}{
		{1 << 63, false, 1, false},
		{1 << 63, true, 1, false},
		{1 << 62, false, 2, false},
		{1 << 61, false, 4, true}, // (2-1) of the quarter of all that lies below 1<<62
		{1 << 62, true, 4, true},
	} {
		if known := d.has(step.add); known != step.known {
			t.Errorf("%x is known: %v", step.add, known)
		}
		d.add(step.add)
		if d.count() != step.count || d.beyond != step.beyond || len(d.least) > 2 {
			t.Errorf("after %x: %d, beyond %v, %d kept; want %d and %v", step.add, d.count(), d.beyond, len(d.least), step.count, step.beyond)
		}
	}
}

// The estimate errs by no more than four times what its source promises.
func TestDistinctIsNear(t *testing.T) {
	random := rand.New(rand.NewPCG(9, 10))
	for limit, percent := range map[int]float64{sourcesNarrow: 50, sourcesWide: 6.25} {
		for _, n := range []uint64{uint64(limit), uint64(limit) + 1, 20_000, 300_000} {
			d := distinct{limit: limit}
			for range n {
				d.add(random.Uint64())
			}
			if !near(d.count(), n, percent) {
				t.Errorf("with %d kept, %d were numbered %d", limit, n, d.count())
			}
		}
	}
}

// Floods on many targets number their sources in less memory, and an ended one gives its own back.
func TestOnlySomeRowsAreWide(t *testing.T) {
	c := New(Options{})
	for i := range rowsWide + 10 {
		s := inward("198.51.100.7", nth(i))
		s.Finding.Kind = "flood"
		c.Add(start, s)
	}
	wide := 0
	for _, r := range c.rows {
		if r.many.limit == sourcesWide {
			wide++
		}
	}
	if wide != rowsWide {
		t.Errorf("%d rows are wide, want %d", wide, rowsWide)
	}
	c.Tick(start.Add(c.options.Quiet))
	if got := c.sketch().limit; got != sourcesWide {
		t.Errorf("when all have ended, a sketch keeps %d", got)
	}
}
