package policy

import (
	"net/netip"
	"testing"
	"time"

	"abri.example/abri"
	"abri.example/abri/depot"
)

// Much that leaves to where sites bring large files in trade is told, and stops nobody; while people work, what they bring to
// their own desks is no news. A thief's words are, wherever they are said.
func TestDepotsAreNotTakenForThieves(t *testing.T) {
	noon, night := now, now.Add(14*time.Hour) // a Thursday, and the night after it
	much := outward(attacked(abri.Exfiltration, clean, "tcp", 443))
	words := much
	words.Why.Evidence = []abri.Evidence{{Name: "sign", Value: "a thief's mail"}}
	for name, tt := range map[string]struct {
		use    depot.Use
		stood  time.Duration // so long before
		at     time.Time
		f      abri.Finding
		daily  bool
		want   abri.Action
		spared Spared
	}{
		"a film by day":                         {use: depot.Desk, at: noon, f: much, daily: true, want: abri.ActObserve, spared: SparedDepot},
		"a film by night":                       {use: depot.Desk, at: night, f: much, want: abri.ActObserve, spared: SparedDepot},
		"a copy by day":                         {use: depot.Copies, at: noon, f: much, want: abri.ActObserve, spared: SparedDepot},
		"a copy by night":                       {use: depot.Copies, at: night, f: much, want: abri.ActObserve, spared: SparedDepot},
		"nobody's, by day":                      {at: noon, f: much, want: abri.ActObserve, spared: SparedHours},
		"nobody's, by night":                    {at: night, f: much, want: abri.ActBan},
		"a depot of last week":                  {use: depot.Desk, stood: 8 * 24 * time.Hour, at: night, f: much, want: abri.ActBan},
		"a thief's words to a desk by day":      {use: depot.Desk, at: noon, f: words, want: abri.ActObserve, spared: SparedHours},
		"a thief's words to a desk by night":    {use: depot.Desk, at: night, f: words, want: abri.ActBan},
		"another attack on a depot's customers": {use: depot.Desk, at: noon, f: outward(attacked(abri.CommandAndControl, clean, "tcp", 443)), want: abri.ActBan},
	} {
		t.Run(name, func(t *testing.T) {
			m := NewMeasures(now, MeasureOptions{Hours: Hours{location: time.UTC}})
			if err := m.Promote(now, abri.Exfiltration, "root"); err != nil {
				t.Fatal(err)
			}
			if tt.use != "" {
				m.Holds(netip.MustParseAddr(clean), tt.use, tt.at.Add(-tt.stood))
			}
			if got := m.Daily(tt.at, tt.f); got != tt.daily {
				t.Errorf("daily work: %v", got)
			}
			if x := m.Decide(protecting(t, Options{}), tt.at, tt.f); x.Action != tt.want || x.Spared != tt.spared {
				t.Errorf("%s, spared because %q", x.Action, x.Spared)
			}
		})
	}
}
