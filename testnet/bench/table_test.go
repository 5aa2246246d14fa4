package main

import (
	"errors"
	"strings"
	"testing"
	"time"
)

func TestTheTable(t *testing.T) {
	var b table
	b.add("a figure", runs{3 * time.Second, time.Second, 2 * time.Second}.rate(4_000_000), "≥ 1 M/s", "another")
	b.without("a second", errors.New("not root"))
	var out strings.Builder
	b.print(&out)
	for _, want := range []string{"a figure  2.00 M/s [3]  ≥ 1 M/s  another", "a second  not measured ", "not root"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not in\n%s", want, out.String())
		}
	}
}

func TestRunsThatFailAreNoFigure(t *testing.T) {
	n := 0
	_, err := timed(3, func() error {
		if n++; n == 2 {
			return errors.New("broken")
		}
		return nil
	})
	if err == nil || n != 2 {
		t.Errorf("%d runs, %v", n, err)
	}
}

func TestNanoseconds(t *testing.T) {
	out := []byte("goos: linux\nBenchmarkGate/hot4-2  \t 200000\t       400.1 ns/op\t       237.0 ns/packet\n" +
		"BenchmarkGate/random/v4     \t 200000\t      1400 ns/op\t       766.3 ns/packet\n")
	for name, want := range map[string]string{"hot4": "237.0 ns", "random/v4": "766.3 ns", "v4": "not told", "hot": "not told"} {
		if got := nanoseconds(out, name); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}
