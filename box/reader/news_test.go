package reader

import (
	"slices"
	"testing"

	abri "abri.example/abri"
	"abri.example/abri/box/order"
)

// judging is a hand that hears how far the reader has judged.
type judging struct {
	order.Hand
	until []uint64
}

func (j *judging) Judged(at uint64) error {
	j.until = append(j.until, at)
	return nil
}

// The keeper is told how far is judged when what came together is, and of nothing that nobody waits for.
func TestTheKeeperHearsWhatIsJudged(t *testing.T) {
	s := newSite(t)
	s.live()
	j := &judging{}
	s.reader.urgent = j
	l := &listener{Reader: s.reader, ctx: s.Context()}
	for i, p := range []order.Packet{{Last: true}, {Asks: true}, {Asks: true}, {}, {Last: true}, {Last: true}, {Asks: true, Last: true}} {
		p.Place, p.Side, p.Fate, p.Data = uint64(100*i), abri.Inside, order.Passed, make([]byte, 60)
		l.Packet(p)
	}
	if want := []uint64{400, 600}; !slices.Equal(j.until, want) {
		t.Errorf("judged until %v, want %v", j.until, want)
	}
}
