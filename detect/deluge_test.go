package detect

import (
	"testing"

	"abri.example/abri"
	"abri.example/abri/flow"
)

// A link tells what many conversations carried at one instant: each of them counts, also in the instant at which the window begins.
func TestADelugeToldAtOneInstant(t *testing.T) {
	d, flows, found := newDeluge(), flow.NewTable(flow.Options{}), 0
	for i := range delugeSources {
		h := udp(forged(i).String(), web, 20_480)
		h.Known = true
		f, _ := flows.Observe(start, abri.Outside, &h)
		d.Count(start, f, 2*delugeBytes/delugeSources, 0, func(abri.Finding) { found++ })
		if want := i / (delugeSources - 1); found != want {
			t.Errorf("%d strangers: told %d times, not %d", i+1, found, want)
		}
	}
}
