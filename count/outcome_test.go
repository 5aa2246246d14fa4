package count

import (
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
