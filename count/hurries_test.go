package count

import (
	"testing"
	"time"

	"abri.example/abri"
)

// A denial of service hurries once, when it begins, until somebody has fetched it; nothing else does.
func TestADenialHurries(t *testing.T) {
	c := New(Options{})
	of := func(k abri.Kind) Sighting {
		return with(inward("198.51.100.7", "192.168.1.10"), func(s *Sighting) { s.Finding.Kind = k })
	}
	for i, step := range []struct {
		kind abri.Kind
		want bool
	}{{abri.KnownAttacker, false}, {abri.Flood, true}, {abri.Flood, false}, {abri.SlowDoS, true}, {abri.Scan, false}, {abri.Amplification, true}} {
		c.Add(start.Add(time.Duration(i)*time.Second), of(step.kind))
		if c.Hurries() != step.want {
			t.Errorf("step %d, %s: hurries %v", i, step.kind, c.Hurries())
		}
		if c.Changed(); c.Hurries() {
			t.Errorf("step %d: it hurries still, fetched", i)
		}
	}
}
