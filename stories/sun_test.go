package stories

import (
	"strings"
	"testing"

	"abri.example/abri"
	"abri.example/abri/testnet"
)

// "Full sun when nothing came since midnight."
//
// An ordinary day makes full sun, and neither fog nor rain, however often one looks. Then attackers come, and it rains
// until midnight: the sky does not clear up when they have left, nor when the box is restarted.
func TestStoryFullSunWhenNothingCameSinceMidnight(t *testing.T) {
	s, b, _ := townHall(t)
	for range 2 {
		allThrough(t, s.Honest(t.Context(), honestLimit))
		w := sky(t, b, func(w testnet.Weather) bool { return w.Sky != abri.Fog })
		if w.Sky != abri.Clear || w.Points != 0 || w.Attacks != 0 {
			t.Errorf("an ordinary day gives %s, %d points, %d attacks", w.Sky, w.Points, w.Attacks)
		}
	}
	for lang, want := range map[abri.Lang]string{abri.French: "lein soleil", abri.English: "ull sun"} {
		page, err := b.Page(t.Context(), "/", lang)
		if err != nil || !strings.Contains(page, want) {
			t.Errorf("the page in %q does not say %q, %v", lang, want, err)
		}
	}
	attacks := everyone(t.Context(), s)
	allStopped(t, attacks)
	rain := sky(t, b, func(w testnet.Weather) bool { return w.Attacks == uint64(len(attacks)) && w.Sky.Severity() > 0 })
	allThrough(t, s.Honest(t.Context(), honestLimit))
	restart(t, b)
	if w := sky(t, b, func(w testnet.Weather) bool { return w.Sky != abri.Fog }); w.Sky != rain.Sky || w.Attacks != rain.Attacks {
		t.Errorf("it was %s with %d attacks, and after a restart it is %s with %d", rain.Sky, rain.Attacks, w.Sky, w.Attacks)
	}
}
