package detect

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"abri.example/abri"
)

// A flood of registrations is told, whether its sources are made up or one, its names are, the exchange answers or not, and
// also when one message is sent for ever.
func TestFloodsOfRegistrations(t *testing.T) {
	for name, c := range map[string]struct {
		n       int
		sources int
		names   int
		calls   int
		code    int
	}{
		"made-up sources, answered": {2000, 1000, 1000, 2000, 401},
		"made-up sources, in vain":  {7000, 5000, 1000, 7000, 0},
		"one source, one name":      {2000, 1, 1, 2000, 401},
		"one message for ever":      {8000, 1, 1, 1, 0},
	} {
		l := newPhoneSite(atWork, TelephoneOptions{})
		for n := range c.n {
			h, back := sipMessages(machine("45.0.0.0/8", n%c.sources), mail, fmt.Sprint(n%c.names), "REGISTER", fmt.Sprint("flood", n%c.calls), false, c.code)
			l.see(abri.Outside, h)
			if c.code != 0 {
				l.see(abri.Inside, back)
			}
			l.now = l.now.Add(3 * time.Millisecond)
		}
		l.wait(time.Minute)
		if k := l.kinds(); !slices.Contains(k, abri.Flood) {
			t.Errorf("%s: %v", name, k)
		}
		for _, f := range l.found {
			if f.Kind == abri.Flood && (f.Service != abri.TelephoneSvc || f.Inside.String() != mail || f.Direction != abri.In) {
				t.Errorf("%s: %+v", name, f)
			}
		}
	}
}

// A thousand telephones whose exchange does not come back for a quarter of an hour ask again and again, as RFC 3261 has them
// do; and a scanner is no flood.
func TestImpatientTelephonesAreNoFlood(t *testing.T) {
	l := newPhoneSite(atWork, TelephoneOptions{})
	for round := range 15 {
		for n := range 1000 {
			h, _ := sipMessages(machine("198.51.100.0/24", n%250), mail, fmt.Sprint(1000+n), "REGISTER", fmt.Sprint("storm", round, n), round%2 == 0, 0)
			h.SrcPort = uint16(10_000 + n)
			for range 3 {
				l.see(abri.Outside, h)
			}
			l.now = l.now.Add(60 * time.Millisecond)
		}
	}
	l.wait(time.Hour)
	if k := l.kinds(); len(k) > 0 {
		t.Errorf("telephones: %v, %+v", k, l.found[0])
	}
	l = newPhoneSite(atWork, TelephoneOptions{})
	for n := range 3000 {
		l.dial(stranger, fmt.Sprint(100+n), "REGISTER", fmt.Sprint("s", n), false, 401)
		l.now = l.now.Add(10 * time.Millisecond)
	}
	l.wait(time.Hour)
	if k := l.kinds(); !slices.Equal(k, []abri.Kind{abri.SIPScan}) {
		t.Errorf("a scanner: %v", k)
	}
}
