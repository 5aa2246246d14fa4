package detect

import (
	"net/netip"
	"slices"
	"testing"
	"time"

	"abri.example/abri"
)

// A restart makes nobody a stranger: what was learnt is told again, and a theft of that night is seen, a copy is not.
func TestHabitsOverARestart(t *testing.T) {
	copies := netip.MustParseAddr("198.51.100.90")
	var past []Departure
	for day := range 9 {
		past = append(past, Departure{Hour: start.Add(time.Duration(day-9) * 24 * time.Hour), Device: netip.MustParseAddr(desk), Outside: copies, Sent: 50 << 20, Received: 1 << 20})
	}
	for name, c := range map[string]struct {
		past []Departure
		to   string
		want int
	}{
		"somewhere new":           {past, evil, 1},
		"where it always went":    {past, copies.String(), 0},
		"with nothing remembered": {nil, evil, 0},
	} {
		s := newSite()
		Recall(s.detectors, c.past)
		s.talk(abri.Inside, desk, c.to, 50_100, 443, slices.Repeat([]string{huge}, 30)...)
		n := 0
		for _, f := range s.found {
			if f.Kind == abri.Exfiltration {
				n++
			}
		}
		if n != c.want {
			t.Errorf("%s: %d findings of exfiltration, want %d", name, n, c.want)
		}
	}
}

// One large copy is no habit: weeks later a thief can't hide behind it; a few days later, by what a person knows, he can.
func TestOneLargeCopyFades(t *testing.T) {
	copies := netip.MustParseAddr("198.51.100.90")
	for days, want := range map[int]int{2: 0, 20: 1} {
		s := newSite()
		var past []Departure
		for day := range 40 {
			sent := uint64(20 << 20)
			if day == 39-days {
				sent = 40 << 30
			}
			past = append(past, Departure{Hour: start.Add(time.Duration(day-40) * 24 * time.Hour), Device: netip.MustParseAddr(desk), Outside: copies, Sent: sent, Received: 1 << 20})
		}
		Recall(s.detectors, past)
		s.talk(abri.Inside, desk, evil, 50_100, 443, slices.Repeat([]string{huge}, 30)...)
		if got := len(s.found); got != want {
			t.Errorf("%d days after a copy of 40 GB: %d findings, want %d", days, got, want)
		}
	}
}
