package stories

import (
	"sync"
	"testing"

	"abri.example/abri"
	"abri.example/abri/testnet"
)

// "It stops most criminals from entering."
//
// Four criminals whose addresses stand on a threat list come for the mail server, the telephone exchange, the web site
// and a workstation, each by IPv4 and by IPv6, while an ordinary day goes on. Not one byte of theirs arrives; all of
// the ordinary day does. The weather tells eight attacks, all of them neutralised.
func TestStoryStopsMostCriminalsFromEntering(t *testing.T) {
	s, b, _ := townHall(t)
	var honest, criminal []testnet.Passage
	var both sync.WaitGroup
	both.Go(func() { honest = s.Honest(t.Context(), honestLimit) })
	both.Go(func() { criminal = s.Attack(t.Context(), criminalLimit, s.Attackers...) })
	both.Wait()
	allThrough(t, honest)
	allStopped(t, criminal)

	attacks := uint64(len(criminal))
	w := sky(t, b, func(w testnet.Weather) bool {
		return w.Attacks == attacks && w.Neutralised == attacks && w.Sky != abri.Fog
	})
	if w.Sky != abri.Rain || w.Points != len(criminal) {
		t.Errorf("after %d attackers the sky is %s with %d points", len(criminal), w.Sky, w.Points)
	}
	for _, a := range s.Attackers {
		for _, addr := range a.Addresses() {
			answer, err := b.Why(t.Context(), addr)
			if err != nil || len(answer.Lists) != 1 || len(answer.Tried) != 1 || answer.Tried[0].Service != a.Service {
				t.Errorf("%s at %s is explained by %+v, %v", a.Name, addr, answer, err)
			}
		}
	}
}
