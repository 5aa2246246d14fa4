package console

import (
	"runtime/debug"
	"testing"
)

func TestThrift(t *testing.T) {
	percent, limit := debug.SetGCPercent(100), debug.SetMemoryLimit(-1)
	defer debug.SetMemoryLimit(limit)
	defer debug.SetGCPercent(percent)
	for _, c := range []struct {
		gogc, goMemLimit string
		percent          int
		limit            int64
	}{{"", "", garbage, softLimit}, {"80", "1GiB", 100, limit}} {
		debug.SetGCPercent(100)
		debug.SetMemoryLimit(limit)
		t.Setenv("GOGC", c.gogc)
		t.Setenv("GOMEMLIMIT", c.goMemLimit)
		thrift()
		if got := debug.SetMemoryLimit(-1); got != c.limit {
			t.Errorf("GOMEMLIMIT %q: limit %d, want %d", c.goMemLimit, got, c.limit)
		}
		if got := debug.SetGCPercent(100); got != c.percent {
			t.Errorf("GOGC %q: %d percent, want %d", c.gogc, got, c.percent)
		}
	}
}
