package web

import (
	"strings"
	"testing"

	"abri.example/abri"
	"abri.example/abri/observatory/ledger"
)

func TestALineIsSimplifiedWithinItsTolerance(t *testing.T) {
	line := []point{{0, 0}, {1, .1}, {2, -.1}, {3, 0}, {3, 5}, {3, 5}}
	if got := simplified(line, .5); len(got) != 3 && len(got) != 4 || got[0] != line[0] || got[len(got)-1] != line[5] {
		t.Errorf("%v", got)
	}
	if got := simplified([]point{{0, 0}, {1, 1}, {0, 0}}, .5); len(got) != 3 {
		t.Errorf("a line that comes back: %v", got)
	}
}

func TestContoursThatCantBeReadAreLeftOut(t *testing.T) {
	d := drawingOf([]ledger.CommuneShape{{Code: "1", Contour: "{"}, {Code: "2", Contour: `{"type":"Polygon","coordinates":[]}`}, {Code: "3", Contour: `{"type":"MultiPolygon","coordinates":[[]]}`}, {Code: "4"}})
	if len(d.shapes) != 0 {
		t.Errorf("%+v", d.shapes)
	}
	if s := string(d.svg(nil, words{abri.French})); strings.Contains(s, "NaN") {
		t.Error(s)
	}
}

func TestASignStandsWithin(t *testing.T) {
	square := []point{{0, 0}, {10, 0}, {10, 10}, {0, 10}, {0, 0}}
	hook := []point{{20, 0}, {60, 0}, {60, 30}, {20, 30}, {20, 25}, {55, 25}, {55, 5}, {20, 5}} // its middle lies outside
	for _, c := range []struct {
		name  string
		rings [][]point
		given point
		as    bool // where it was given
		on    []point
	}{
		{"within", [][]point{square}, point{4, 5}, true, square},
		{"within the smaller", [][]point{hook, square}, point{4, 5}, true, square},
		{"at the edge", [][]point{square}, point{9.5, 5}, false, square},
		{"in the hook's mouth", [][]point{square, hook}, point{40, 15}, false, hook},
		{"beside a square", [][]point{square}, point{12, 5}, false, square},
	} {
		got := middleOf(c.rings, c.given)
		if !within(c.on, got) || (got == c.given) != c.as {
			t.Errorf("%s: %v", c.name, got)
		}
	}
	if got := middleOf(nil, point{1, 2}); got != (point{1, 2}) {
		t.Errorf("upon nothing: %v", got)
	}
}
