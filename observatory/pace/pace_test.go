package pace_test

import (
	"testing"
	"time"

	"abri.example/abri/observatory/pace"
)

func TestEachHasABurstAndARate(t *testing.T) {
	now := time.Unix(1_772_712_000, 0)
	p := pace.New[string](3, 0.5)
	may := func(who string, n int) (got int) {
		for range n {
			if p.May(who, now) {
				got++
			}
		}
		return got
	}
	if got := may("a", 10); got != 3 {
		t.Errorf("a burst of %d", got)
	}
	if got := may("b", 1); got != 1 {
		t.Error("one spends what is another's")
	}
	now = now.Add(4 * time.Second)
	if got := may("a", 10); got != 2 {
		t.Errorf("four seconds give %d", got)
	}
	now = now.Add(-time.Hour)
	if got := may("a", 1); got != 0 {
		t.Error("a clock that is set back gives")
	}
	now = now.Add(24 * time.Hour)
	if got := may("a", 10); got != 3 {
		t.Errorf("a day saves up %d", got)
	}
}
