package count

import (
	"net/netip"
	"testing"
	"time"

	"abri.example/abri"
)

// "Neutralised: an attack of which something was really dropped. What watch-only would have blocked is never in
// that figure."
func TestNeutralised(t *testing.T) {
	for name, tt := range map[string]struct {
		outcomes []abri.Outcome
		want     abri.Outcome
	}{
		"only seen":                       {[]abri.Outcome{abri.Observed}, abri.Observed},
		"watch-only":                      {[]abri.Outcome{abri.WouldBlock, abri.WouldBlock}, abri.WouldBlock},
		"seen, then would have":           {[]abri.Outcome{abri.Observed, abri.WouldBlock}, abri.WouldBlock},
		"something was dropped":           {[]abri.Outcome{abri.Observed, abri.Blocked, abri.Observed}, abri.Blocked},
		"dropped, then watched only":      {[]abri.Outcome{abri.Blocked, abri.WouldBlock}, abri.Blocked},
		"an unknown word is the mildest":  {[]abri.Outcome{"", "dropped"}, abri.Observed},
		"an unknown word changes nothing": {[]abri.Outcome{abri.WouldBlock, "dropped"}, abri.WouldBlock},
	} {
		t.Run(name, func(t *testing.T) {
			var all []seen
			for i, o := range tt.outcomes {
				s := inward("198.51.100.7", "192.168.1.10")
				s.Outcome = o
				all = append(all, seen{time.Duration(i) * time.Minute, s})
			}
			got := play(t, Options{}, all...)
			if len(got) != 1 || got[0].Outcome != tt.want || got[0].Neutralised() != (tt.want == abri.Blocked) {
				t.Errorf("got %+v, want one that was %s", got, tt.want)
			}
		})
	}
}

// What a flood aims at is said by who numbered its sources: the packet by which it was told first may have been a visitor's.
func TestAFloodIsAimedAtWhatItsSourcesAre(t *testing.T) {
	c := New(Options{Seed: "box"})
	first := with(inward("198.51.100.25", "192.168.1.10"), func(s *Sighting) {
		s.Finding.Kind, s.Finding.Service, s.Finding.Port = abri.Flood, abri.Mail, 25
	})
	c.Add(start, first)
	c.Add(start.Add(time.Second), with(first, func(s *Sighting) {
		s.Finding.Service, s.Finding.Port, s.Finding.Outside, s.Sources = abri.Web, 0, netip.Addr{}, 4000
	}))
	c.Add(start.Add(2*time.Second), first)
	got := c.Changed()
	if len(got) != 1 || got[0].Service != abri.Web || got[0].Port != 0 {
		t.Errorf("a flood of the web is told as %+v", got)
	}
}
