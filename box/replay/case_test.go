package replay_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"maps"
	"net/netip"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"abri.example/abri"
	"abri.example/abri/box/replay"
	"abri.example/abri/feed"
	"abri.example/abri/names"
)

var update = flag.Bool("update", false, "write the captures and what is wanted of the cases; look at the difference before you keep it")

// beyondContract is what a line says of its own accord: it is not promised, and so not wanted.
var beyondContract = regexp.MustCompile(`"revision":\d+,|"technique":"[^"]*",`)

// dated is the day of every case's list: a file's own time is not kept by git.
var dated = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)

// TestCases replays each folder of testdata/cases: its captures, with its list.txt, exempt.txt, home.txt and domains.txt where
// they are, give the lines of wanted.jsonl, and the error of error.txt.
func TestCases(t *testing.T) {
	folders, err := os.ReadDir("testdata/cases")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range folders {
		t.Run(f.Name(), func(t *testing.T) {
			dir := filepath.Join("testdata/cases", f.Name())
			files := drawCaptures(t, dir, captures[f.Name()])
			lines, err := judge(t, dir, files)
			if *update {
				promised := beyondContract.ReplaceAllString(strings.Join(lines, "\n"), "")
				write(t, filepath.Join(dir, "wanted.jsonl"), []byte(promised+"\n"))
			}
			compare(t, filepath.Join(dir, "wanted.jsonl"), lines)
			if want := read(dir, "error.txt"); want == "" && err != nil || want != "" && (err == nil || err.Error() != want) {
				t.Errorf("the error is %v, want %q", err, want)
			}
		})
	}
	for name := range captures {
		if !slices.ContainsFunc(folders, func(f os.DirEntry) bool { return f.Name() == name }) {
			t.Errorf("the drawing %s has no folder", name)
		}
	}
}

// drawCaptures holds the files of a case to their drawings, and names them in their order.
func drawCaptures(t *testing.T, dir string, drawings map[string]drawing) []string {
	names := slices.Sorted(maps.Keys(drawings))
	if len(names) == 0 {
		t.Fatal("the case has no drawing")
	}
	for i, name := range names {
		drawn := drawings[name].file(t)
		names[i] = filepath.Join(dir, name)
		if *update {
			write(t, names[i], drawn)
		}
		if kept, err := os.ReadFile(names[i]); err != nil || !bytes.Equal(kept, drawn) {
			t.Fatalf("%s is not what its drawing gives (%v); -update writes it", names[i], err)
		}
	}
	return names
}

// judge replays the files and gives the lines that the console would print.
func judge(t *testing.T, dir string, files []string) ([]string, error) {
	t.Helper()
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	list, err := feed.Parse(strings.NewReader(read(dir, "list.txt")), feed.Info{Name: "list.txt", Dated: dated})
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	o := replay.Options{Listings: feed.Merge([]*feed.List{list}, nil), Location: paris, Exempt: prefixes(t, dir, "exempt.txt"), Home: prefixes(t, dir, "home.txt")}
	o.Attack = func(a abri.Attack) { lines = append(lines, line(t, a)) }
	if text := read(dir, "domains.txt"); text != "" {
		domains, err := feed.Parse(strings.NewReader(text), feed.Info{Name: "domains.txt", Dated: dated, Outward: abri.PhishingSite})
		if err != nil {
			t.Fatal(err)
		}
		o.Domains = feed.Merge([]*feed.List{domains}, nil)
		o.Named = func(s *names.Sighting) { lines = append(lines, line(t, s)) }
	}
	sum, failed := replay.Run(context.Background(), files, o)
	return append(lines, line(t, sum)), failed
}

// prefixes reads a file with a prefix a line; one that is not there holds none.
func prefixes(t *testing.T, dir, name string) []netip.Prefix {
	t.Helper()
	var out []netip.Prefix
	for _, text := range strings.Fields(read(dir, name)) {
		p, err := netip.ParsePrefix(text)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, p)
	}
	return out
}

// read is the text of a file without the blank at its end, "" when it is not there.
func read(dir, name string) string {
	text, err := os.ReadFile(filepath.Join(dir, name))
	if errors.Is(err, os.ErrNotExist) {
		return ""
	}
	return strings.TrimRight(string(text), "\n")
}

func write(t *testing.T, name string, data []byte) {
	t.Helper()
	if err := os.WriteFile(name, data, 0o644); err != nil {
		t.Fatal(err)
	}
}

func line(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// compare holds the lines to those wanted. A line may say more than is wanted of it, for the form may grow.
func compare(t *testing.T, wanted string, got []string) {
	t.Helper()
	text, err := os.ReadFile(wanted)
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Split(strings.TrimSpace(string(text)), "\n")
	if len(got) != len(want) {
		t.Fatalf("%d lines, want %d:\n%s", len(got), len(want), strings.Join(got, "\n"))
	}
	for i := range want {
		w, g := fields(t, want[i]), fields(t, got[i])
		for name := range w {
			if x, there := g[name]; !there || !reflect.DeepEqual(x, w[name]) {
				t.Errorf("line %d: %s is %s, want %s", i+1, name, fmt.Sprint(x), fmt.Sprint(w[name]))
			}
		}
	}
}

func fields(t *testing.T, text string) map[string]any {
	t.Helper()
	var m map[string]any
	if err := json.Unmarshal([]byte(text), &m); err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return m
}
