package abri_test

import (
	"math"
	"testing"

	"abri.example/abri"
)

func TestBytes(t *testing.T) {
	for _, c := range []struct {
		n               uint64
		french, english string
	}{
		{0, "0\u00a0octets", "0\u00a0bytes"},
		{999, "999\u00a0octets", "999\u00a0bytes"},
		{1200, "1,2\u00a0ko", "1.2\u00a0kB"},
		{999_960, "1,0\u00a0Mo", "1.0\u00a0MB"},
		{1 << 30, "1,1\u00a0Go", "1.1\u00a0GB"},
		{math.MaxUint64, "18446744,1\u00a0To", "18446744.1\u00a0TB"},
	} {
		if f, e := abri.Bytes(c.n, abri.French), abri.Bytes(c.n, abri.English); f != c.french || e != c.english {
			t.Errorf("%d: %q and %q, want %q and %q", c.n, f, e, c.french, c.english)
		}
	}
}
