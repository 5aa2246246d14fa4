package lookalike

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// shared is a file beside the repository; the test is skipped without it.
func shared(t *testing.T, path string) string {
	t.Helper()
	root := os.Getenv("ABRI_SHARED")
	if root == "" {
		root = "../../../shared"
	}
	name := filepath.Join(root, path)
	if _, err := os.Stat(name); err != nil {
		t.Skipf("%s is not here (set ABRI_SHARED to its folder)", path)
	}
	return name
}

// lines are the names of a list, a line each.
func lines(t *testing.T, path string) (all []string) {
	f, err := os.Open(shared(t, path))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		if n := strings.ToLower(strings.TrimSpace(s.Text())); n != "" && n[0] != '#' && strings.Contains(n, ".") && strings.ContainsAny(n, "abcdefghijklmnopqrstuvwxyz") {
			all = append(all, n)
		}
	}
	return all
}

// naming reports whether a name holds a brand for a reader: a word of five letters or more anywhere once hyphens and
// digits in the place of letters are read over, a shorter one between hyphens, points and digits. It is written apart from
// what it measures.
func naming(name string, brands []Brand) bool {
	at := strings.LastIndexByte(name, '.')
	site := strings.NewReplacer("0", "o", "1", "l", "3", "e", "4", "a", "5", "s").Replace(name[:at])
	bare := strings.ReplaceAll(site, "-", "")
	parts := strings.FieldsFunc(name[:at], func(r rune) bool { return (r < 'a' || r > 'z') && r < 0x80 })
	for _, b := range brands {
		for _, w := range b.Words {
			if len(w) >= 5 && (strings.Contains(site, w) || strings.Contains(bare, w)) || slices.Contains(parts, w) {
				return true
			}
		}
	}
	return false
}

// TestImitationsAreSeen measures the share of phishing names that hold a brand which is told.
func TestImitationsAreSeen(t *testing.T) {
	brands := Brands()
	j := New(brands)
	for _, file := range []string{"red.flag.domains.txt", "openphish.com", "phishing_army", "phishtank.com-online-valid", "phishunt.io.txt"} {
		seen, blocked, all := 0, 0, 0
		var missed []string
		for _, n := range lines(t, "domains/romainmarcoux/sources/"+file) {
			if !naming(n, brands) || j.own(n) {
				continue
			}
			all++
			l := j.Judge(n)
			if l.Score >= Observe {
				seen++
			} else if len(missed) < 12 && all%7 == 0 {
				missed = append(missed, n)
			}
			if l.Score >= Block {
				blocked++
			}
		}
		t.Logf("%s: of %d names that hold a brand %.1f %% are told, %.1f %% are above the bar to block; missed are %v",
			file, all, 100*float64(seen)/float64(all), 100*float64(blocked)/float64(all), missed)
		if seen*100 < all*80 {
			t.Errorf("%s: %d of %d are told, want 80 %%", file, seen, all)
		}
	}
}

// TestOrdinaryNamesAreLeftAlone measures how many of the most used names in the world are taken for imitations.
func TestOrdinaryNamesAreLeftAlone(t *testing.T) {
	j := New(Brands())
	told, all := 0, 0
	files, err := filepath.Glob(filepath.Join(filepath.Dir(filepath.Dir(shared(t, "allow/misp-warninglists/tranco10k/list.json"))), "*", "list.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var list struct{ List []string }
		if err := json.Unmarshal(b, &list); err != nil {
			t.Fatal(err)
		}
		for _, n := range list.List {
			n = strings.Trim(strings.ToLower(n), ".*")
			if !strings.ContainsAny(n, "abcdefghijklmnopqrstuvwxyz") || strings.ContainsAny(n, "/:") {
				continue
			}
			all++
			if l := j.Judge(n); l.Score >= Observe {
				told++
				t.Logf("%s (%s) is taken for %s: %d, %v", n, filepath.Base(filepath.Dir(file)), l.Brand, l.Score, l.Reasons)
			}
		}
	}
	t.Logf("%d of %d ordinary names are told", told, all)
	if told*20_000 > all {
		t.Errorf("%d of %d ordinary names are told, want at most 1 in 20,000", told, all)
	}
}
