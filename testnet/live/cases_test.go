package live

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The cases are real tools against real servers (ci/cases recorded them). Each gives the attacks of its wanted.txt, from
// the file and on the link alike: it is the sample by which "live equals replay" is held everywhere.
func TestCases(t *testing.T) {
	l, err := New(t)
	if err != nil {
		t.Fatal(err)
	}
	folders, err := filepath.Glob("testdata/cases/*")
	if err != nil || len(folders) == 0 {
		t.Fatalf("%d cases, %v", len(folders), err)
	}
	for _, folder := range folders {
		t.Run(filepath.Base(folder), func(t *testing.T) {
			text, err := os.ReadFile(filepath.Join(folder, "wanted.txt"))
			if err != nil {
				t.Fatal(err)
			}
			wanted := strings.FieldsFunc(string(text), func(r rune) bool { return r == '\n' }) // none: a miss that is known
			file := filepath.Join(folder, "capture.pcap")
			replayed, err := Replayed(t.Context(), file, nil)
			if err != nil {
				t.Fatal(err)
			}
			if got := Said(replayed); !slices.Equal(got, wanted) {
				t.Errorf("replayed %q, wanted %q", got, wanted)
			}
			shown, err := l.Attacks(t.Context(), file, nil)
			if err != nil {
				t.Fatal(err)
			}
			if got := Said(shown); !slices.Equal(got, wanted) {
				t.Errorf("on the link %q, wanted %q", got, wanted)
			}
		})
	}
}
