package live

import (
	"errors"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"abri.example/abri/flow"
)

// The cases are real tools, and real clients, at real servers (ci/cases recorded them). Each gives the attacks of its
// wanted.txt, none where that is empty, from the file, and on the link alike: of these, some of each sort, by which "live
// equals replay" is held everywhere. home.txt, where there is one, says what networks the site has.
func TestCases(t *testing.T) {
	for _, folder := range cases(t, "*") {
		t.Run(filepath.Base(folder), func(t *testing.T) {
			t.Parallel()
			got, err := Replayed(t.Context(), filepath.Join(folder, "capture.pcap"), homeOf(t, folder))
			if err != nil {
				t.Fatal(err)
			}
			if wanted := wantedOf(t, folder); !slices.Equal(Said(got), wanted) {
				t.Errorf("replayed %q, wanted %q", Said(got), wanted)
			}
		})
	}
}

// crossed are the cases that go over the link too; ABRI_CASES names others ("*" for all, which takes some minutes). None stands
// so near a bar that one packet decides which a busy machine lost.
var crossed = []string{"nmap-syn", "nmap-maimon", "nmap-fragments", "nmap-ipv6", "arp-scan", "psexec", "slow-ssh", "patator-ssh", "ncrack-rdp", "domain-kinit", "onesixtyone-guess", "iodine", "honest-ssh", "honest-domain"}

func TestCasesOnTheLink(t *testing.T) {
	l, err := New(t)
	if err != nil {
		t.Fatal(err)
	}
	patterns := crossed
	if asked := os.Getenv("ABRI_CASES"); asked != "" {
		patterns = strings.Fields(asked)
	}
	for _, pattern := range patterns {
		for _, folder := range cases(t, pattern) {
			t.Run(filepath.Base(folder), func(t *testing.T) {
				got, err := l.Attacks(t.Context(), filepath.Join(folder, "capture.pcap"), homeOf(t, folder))
				if err != nil {
					t.Fatal(err)
				}
				if wanted := wantedOf(t, folder); !slices.Equal(Said(got), wanted) {
					t.Errorf("on the link %q, wanted %q", Said(got), wanted)
				}
			})
		}
	}
}

// cases are the folders of cases of a name.
func cases(t *testing.T, pattern string) []string {
	t.Helper()
	folders, err := filepath.Glob(filepath.Join("testdata/cases", pattern))
	if err != nil || len(folders) == 0 {
		t.Fatalf("%d cases %s, %v", len(folders), pattern, err)
	}
	return folders
}

// wantedOf are the attacks of a case, in order; none of people at work.
func wantedOf(t *testing.T, folder string) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(folder, "wanted.txt"))
	if err != nil {
		t.Fatal(err)
	}
	return strings.FieldsFunc(string(text), func(r rune) bool { return r == '\n' })
}

// homeOf gives the networks of a case's site: private addresses where it says nothing.
func homeOf(t *testing.T, folder string) (home flow.Home) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(folder, "home.txt"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	for _, network := range strings.Fields(string(text)) {
		home = append(home, netip.MustParsePrefix(network))
	}
	return home
}
