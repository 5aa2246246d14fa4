package siege

import (
	"net/netip"
	"testing"
	"time"

	"abri.example/abri"
)

// What is reported four times within a second is one second, with the sums of each place and the last of what is counted in all;
// reports that are a second apart are seconds as they are.
func TestGathering(t *testing.T) {
	var g Gathering
	source := netip.MustParseAddr("45.9.1.7")
	report := func(p abri.Pressure, n uint64) Report {
		return Report{Target: site, Pressure: p, Service: abri.Web, Arrived: 10 * n, Held: n, Bytes: 60 * n, Returned: 1, Sources: 7 * n, Samples: []netip.Addr{source}}
	}
	told := func(n uint64) []Told {
		return []Told{{Finding: abri.Finding{Inside: site, Kind: abri.Flood}, Held: n, Bytes: 60 * n, Sources: 7 * n}}
	}
	if s, over := g.Take(monday, nil, nil, 9); !over || s.Lasted < time.Hour {
		t.Errorf("what came before anybody measured is taken for %v", s.Lasted)
	}
	for i := range uint64(4) {
		at := monday.Add(time.Duration(i+1) * time.Second / 4)
		s, over := g.Take(at, []Report{report(abri.Openings, i+1), report(abri.Echoes, 1)}, told(i+1), 1000)
		if over != (i == 3) {
			t.Fatalf("quarter %d: over is %v", i, over)
		}
		if !over {
			continue
		}
		if s.Lasted != time.Second || s.Came != 4000 || !s.At.Equal(at) || len(s.Reports) != 2 || len(s.Told) != 1 {
			t.Fatalf("the second is %+v", s)
		}
		if r := s.Reports[0]; r.Arrived != 100 || r.Held != 10 || r.Bytes != 600 || r.Returned != 4 || r.Sources != 28 || len(r.Samples) != 4 {
			t.Errorf("the openings are %+v", r)
		}
		if x := s.Told[0]; x.Held != 10 || x.Bytes != 600 || x.Sources != 28 {
			t.Errorf("told is %+v", x)
		}
	}
	if s, over := g.Take(monday.Add(2*time.Second), []Report{report(abri.Openings, 3)}, nil, 50); !over || s.Came != 50 || s.Reports[0].Held != 3 {
		t.Errorf("the second after is %+v", s)
	}
}

// Nobody waits for the rest of a second in which an attack is told for the first time; and a clock that is set back keeps nothing
// waiting.
func TestWhatIsToldFirstEndsItsSecond(t *testing.T) {
	var g Gathering
	g.Take(monday, nil, nil, 0)
	if s, over := g.Take(monday.Add(time.Second/4), nil, []Told{{First: true}}, 5); !over || len(s.Told) != 1 || s.Lasted != time.Second/4 {
		t.Errorf("over %v: %+v", over, s)
	}
	if s, over := g.Take(monday.Add(-time.Hour), nil, nil, 5); !over || s.Lasted > 0 {
		t.Errorf("the clock was set back: over %v, %+v", over, s)
	}
}
