package feed

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"abri.example/abri"
)

// realLists finds the published lists that stand beside the repository and are not part of it.
func realLists(t testing.TB) []string {
	t.Helper()
	root := os.Getenv("ABRI_SHARED")
	if root == "" {
		root = filepath.Join("..", "..", "shared")
	}
	var out []string
	for _, ending := range []string{"txt", "ipset", "netset"} {
		for _, depth := range []string{"*", "*/*"} {
			found, err := filepath.Glob(filepath.Join(root, "lists", depth, "*."+ending))
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, found...)
		}
	}
	out = slices.DeleteFunc(out, func(f string) bool { return filepath.Base(f) == "SOURCE.txt" })
	if len(out) == 0 {
		t.Skip("the shared lists are not here: set ABRI_SHARED to their folder's parent")
	}
	return out
}

func parseFile(t testing.TB, file string) (*List, error) {
	t.Helper()
	in, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	return Parse(in, Info{Name: filepath.Base(file)})
}

// What is published as a list of addresses is one: of each file nearly every line is taken, and what is refused is
// private or reserved space and never a line that this room cannot read.
func TestEveryRealListParses(t *testing.T) {
	for _, file := range realLists(t) {
		l, err := parseFile(t, file)
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		n, kept := l.Refused()
		t.Logf("%-40s %7d IPv4 %3d IPv6, refused %3d %v", l.Info().Name, l.Len4(), l.Len6(), n, l.RefusedByReason())
		for why, n := range l.RefusedByReason() {
			if why != reserved.String() {
				t.Errorf("%s: %d lines refused as %s: %v", file, n, why, kept)
			}
		}
		if size, err := os.Stat(file); err == nil && size.Size() > 2000 && l.Len4()+l.Len6() == 0 {
			t.Errorf("%s gave no entry", file)
		}
	}
}

// firehol_level1 holds private space as published: enforcing it would cut the town hall off from itself.
func TestTheRealListThatHoldsPrivateSpace(t *testing.T) {
	at := slices.IndexFunc(realLists(t), func(f string) bool { return strings.HasSuffix(f, "firehol_level1.netset") })
	if at < 0 {
		t.Skip("firehol_level1.netset is not among the shared lists")
	}
	l, err := parseFile(t, realLists(t)[at])
	if err != nil {
		t.Fatal(err)
	}
	var refused []string
	_, kept := l.Refused()
	for _, r := range kept {
		refused = append(refused, r.Text)
	}
	for _, private := range []string{"10.0.0.0/8", "192.168.0.0/16"} {
		if !slices.Contains(refused, private) {
			t.Errorf("%s is not among the refused: %v", private, refused)
		}
	}
}

func TestAListOfAutonomousSystemsIsNotOne(t *testing.T) {
	dir := filepath.Dir(realLists(t)[0])
	file := filepath.Join(filepath.Dir(dir), "spamhaus-secops", "asn_drop.json")
	if _, err := os.Stat(file); err != nil {
		t.Skip("asn_drop.json is not among the shared lists")
	}
	if _, err := parseFile(t, file); abri.CodeOf(err) != abri.CodeDamaged {
		t.Errorf("%v, want it damaged", err)
	}
}
