package weather

import (
	"math"
	"testing"

	"abri.example/abri"
)

// "Points: 1 for an attack on its way in, 10 for one on its way out, 0 for noise." Forged sources make one attack.
func TestPoints(t *testing.T) {
	lan := func(a *abri.Attack) { a.Direction, a.Kind = abri.LAN, abri.LateralMovement }
	rest := func(n uint64) func(*abri.Attack) { return func(a *abri.Attack) { a.Rest = n } }
	forged := func(a *abri.Attack) { a.Kind, a.Sources, a.Attempts = abri.Flood, 100_000, 3_000_000 }
	for name, tt := range map[string]struct {
		attack abri.Attack
		want   int
	}{
		"on its way in":              {attack(0, 0), 1},
		"between machines":           {attack(0, 0, lan), 1},
		"on its way out":             {attack(0, 0, calls), 10},
		"a flood of forged sources":  {attack(0, 0, forged), 1},
		"the rest of an hour":        {attack(0, 0, rest(3000)), 3000},
		"the rest on its way out":    {attack(0, 0, calls, rest(3000)), 30_000},
		"more than a number can say": {attack(0, 0, calls, rest(math.MaxUint64)), math.MaxInt},
	} {
		if got := Points(tt.attack); got != tt.want {
			t.Errorf("%s: %d points, want %d", name, got, tt.want)
		}
	}
	if r := today(nil, noise(5000)); r.Points != 0 || r.Sky != abri.Clear || r.Noise != 5000 {
		t.Errorf("noise alone makes %s of %d points", r.Sky, r.Points)
	}
	huge := attack(0, 0, rest(math.MaxUint64))
	if r := today([]abri.Attack{huge, huge}); r.Points != math.MaxInt || r.Sky != abri.Tornado {
		t.Errorf("the greatest rests make %s of %d points", r.Sky, r.Points)
	}
}
