package feed

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"abri.example/abri"
)

// sharedFolder is the data that stands beside the repository and is not part of it.
func sharedFolder() string {
	if root := os.Getenv("ABRI_SHARED"); root != "" {
		return root
	}
	return filepath.Join("..", "..", "shared")
}

// notLists are the files beside the lists that are none: where they come from, licences, notes, and Université
// Toulouse's word on how each of its categories is meant.
func notLists(path string) bool {
	name := filepath.Base(path)
	return slices.Contains([]string{"SOURCE.txt", "LICENSE", "README.md", "Last-Checked-At", "usage"}, name)
}

// realLists finds the published lists of some folders.
func realLists(t testing.TB, folders ...string) []string {
	t.Helper()
	var out []string
	for _, folder := range folders {
		err := filepath.WalkDir(filepath.Join(sharedFolder(), folder), func(path string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() && !notLists(path) {
				out = append(out, path)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
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

// knownFormats are the formats of published files by the end of their name; the others are plain.
var knownFormats = map[string]Format{
	"ag-online.txt": Adblock, "agh-online.txt": Adblock, "vivaldi-online.txt": Adblock, "filter-online.txt": Adblock,
	"bind-online.conf": BIND, "dnsmasq-online.conf": Dnsmasq, "rpz-online.conf": RPZ, "unbound-online.conf": Unbound,
	"hosts-online.txt": Hosts, ".tpl": TPL, ".rules": Rules, ".csv": Table, "ja3_fingerprints.csv": Fingerprints, "urls": URLs,
}

func knownFormat(file string) Format {
	best, format := "", Plain
	for end, f := range knownFormats {
		if strings.HasSuffix(file, end) && len(end) > len(best) {
			best, format = end, f
		}
	}
	return format
}

// Every published list is read in the format that it is in, without being told; nearly every line is taken, and what is
// refused is refused for a reason that its text shows.
func TestEveryRealListParses(t *testing.T) {
	for _, file := range realLists(t, "lists", "domains", "tls") {
		if filepath.Base(file) == "asn_drop.json" {
			continue // see below
		}
		l, err := parseFile(t, file)
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		n, kept := l.Refused()
		t.Logf("%-46s %-12s %7d IPv4 %3d IPv6 %7d names %3d prints, refused %4d %v", l.Info().Name, l.Info().Format,
			l.Len4(), l.Len6(), l.Names(), l.Fingerprints(), n, l.RefusedByReason())
		if size, err := os.Stat(file); err == nil && size.Size() > 2000 && l.Len() == 0 {
			t.Errorf("%s gave no entry", file)
		}
		if l.Len() > 0 && l.Info().Format != knownFormat(file) {
			t.Errorf("%s is taken for %s, not %s", file, l.Info().Format, knownFormat(file))
		}
		if bad := malformed(l); bad*50 > l.Lines() && !strings.Contains(file, "wildcard") {
			t.Errorf("%s: %d of %d lines are malformed: %v", file, bad, bad+l.Lines(), kept)
		}
	}
}

func malformed(l *List) int {
	n := 0
	for why, count := range l.tally.refused {
		if reason(why).malformed() {
			n += count
		}
	}
	return n
}

// The same names in twelve formats are the same names: those that hold no addresses have all of the plain list's.
func TestFormatsAgree(t *testing.T) {
	lists := map[string]*List{}
	for _, file := range realLists(t, "domains/urlhaus-filter") {
		l, err := parseFile(t, file)
		if err != nil {
			t.Fatal(err)
		}
		lists[filepath.Base(file)] = l
	}
	want := lists["urlhaus-filter-dnscrypt-blocked-names-online.txt"]
	if want == nil {
		t.Skip("urlhaus-filter is not among the shared lists")
	}
	for _, name := range []string{"bind-online.conf", "dnsmasq-online.conf", "unbound-online.conf", "domains-online.txt", "wildcard-online.txt", "agh-online.txt", "online.tpl"} {
		if got := lists["urlhaus-filter-"+name]; !slices.Equal(got.names, want.names) {
			t.Errorf("%s has %d names, the plain list %d", name, len(got.names), len(want.names))
		}
	}
	for _, name := range []string{"hosts-online.txt", "rpz-online.conf"} {
		if got := lists["urlhaus-filter-"+name]; got.Names() != want.Names() {
			t.Errorf("%s has %d names, the plain list %d", name, got.Names(), want.Names())
		}
	}
	for _, name := range []string{"domains-online.txt", "agh-online.txt", "online.tpl"} {
		if got := lists["urlhaus-filter-"+name]; !slices.Equal(got.v4, lists["urlhaus-filter-dnscrypt-blocked-ips-online.txt"].v4) {
			t.Errorf("%s has %d addresses", name, got.Len4())
		}
	}
}

// firehol_level1 holds private space as published: enforcing it would cut the town hall off from itself.
func TestTheRealListThatHoldsPrivateSpace(t *testing.T) {
	file := filepath.Join(sharedFolder(), "lists", "firehol", "firehol_level1.netset")
	if _, err := os.Stat(file); err != nil {
		t.Skip("firehol_level1.netset is not among the shared lists")
	}
	l, err := parseFile(t, file)
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
	file := filepath.Join(sharedFolder(), "lists", "spamhaus-secops", "asn_drop.json")
	if _, err := os.Stat(file); err != nil {
		t.Skip("asn_drop.json is not among the shared lists")
	}
	if _, err := parseFile(t, file); abri.CodeOf(err) != abri.CodeDamaged {
		t.Errorf("%v, want it damaged", err)
	}
}
