package gate

import (
	"net/netip"
	"testing"
	"time"

	"abri.example/abri"
)

// Who takes the place of a flood that is long over has none of its numbers: a single honest packet would else be told as
// thousands that were held back.
func TestThePlaceOfAFloodIsGivenAwayEmpty(t *testing.T) {
	b := besiege(t, abri.Protect, slow(100, 100, 100))
	b.later(time.Hour)
	const floods, strangers = 64, 8000 // of whom some take a place that was a flood's
	machine := func(i int) string { return netip.AddrFrom4([4]byte{192, 168, byte(i >> 8), byte(i)}).String() }
	for i := range floods {
		for range 150 {
			b.press(visit(0, i, ""), machine(i))
		}
	}
	if b.heldBack() == 0 {
		t.Fatal("nothing was held back")
	}
	b.later(10 * time.Minute)
	for i := range strangers {
		b.press(visit(0, floods+i, ""), machine(floods+i))
	}
	left := 0
	b.do(b.Sieges(func(s *Siege) {
		switch {
		case !s.Target.IsValid(): // several share it
		case s.First != 0:
			left++
		case s.Held.Packets+s.Held.Bytes+s.Returned+s.Sources > 0 || len(s.Samples) > 0:
			t.Errorf("nobody was held back at %s: %+v", s.Target, s)
		}
	}))
	if left >= floods {
		t.Error("no flood's place was given away")
	}
}
