package web

import (
	"io/fs"
	"regexp"
	"strings"
	"testing"

	"abri.example/abri"
	"abri.example/abri/observatory/ledger"
)

func TestNoPhraseIsMissingOrUnused(t *testing.T) {
	source := ""
	names := []string{}
	for _, pattern := range []string{"pages/*.html", "pages/*/*.html"} {
		found, _ := fs.Glob(files, pattern)
		names = append(names, found...)
	}
	for _, name := range names {
		data, err := files.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		source += string(data)
	}
	used := map[string]bool{"scope.all": true, "map.all": true, "map.worst": true, "map.title": true, "country.unknown": true, "chart": true,
		"door.title": true, "door.refused": true, "door.many": true, "fault.role": true, "fault.invalid": true, "fault.lost": true, "fault.database": true,
		"trend.more": true, "trend.less": true, "trend.same": true, "by.jour": true, "by.mois": true, "by.annee": true,
		"sort.commune": true, "sort.firm": true, "sort.association": true, "place.before": true, "place.behind": true}
	for _, m := range regexp.MustCompile(`say "([a-z.-]+)"`).FindAllStringSubmatch(source, -1) {
		used[m[1]] = true
	}
	for _, d := range []abri.Direction{abri.In, abri.Out, abri.LAN} {
		used["way."+string(d)] = true
	}
	for _, o := range []abri.Outcome{abri.Observed, abri.WouldBlock, abri.Blocked} {
		used["outcome."+string(o)] = true
	}
	for _, s := range ledger.Rollouts {
		used["stage."+string(s)] = true
	}
	for key := range used {
		if phrases[key][0] == "" || phrases[key][1] == "" {
			t.Errorf("%q is said, and is no phrase in both languages", key)
		}
	}
	for key := range phrases {
		if !used[key] {
			t.Errorf("%q is never said", key)
		}
	}
}

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
