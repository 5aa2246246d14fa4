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
