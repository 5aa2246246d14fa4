package live

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// sample is a capture of each sort: a scan, passwords, a tunnel, a call home, a flood, SIP, a worm, and honest ones.
var sample = []string{
	"portscan", "bruteforce", "dns-tunnel", "c2", "dos", "sip", "smb-exploit", "benign",
}

// "Live equals replay": what the kernel shows of a capture gives the attacks that the capture gives. All of them are
// `make score-live`; here is the smallest of each sort.
func TestLiveEqualsReplay(t *testing.T) {
	folder := os.Getenv("ABRI_SHARED")
	if folder == "" {
		folder = "../../../shared"
	}
	if _, err := os.Stat(filepath.Join(folder, "captures")); err != nil {
		t.Skip("the shared captures are not here")
	}
	l, err := New(t)
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, sort := range sample {
		file := smallest(t, filepath.Join(folder, "captures", sort))
		if file == "" {
			continue
		}
		seen++
		shown, err := l.Attacks(t.Context(), file, nil)
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		replayed, err := Replayed(t.Context(), file, nil)
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		if a, b := Said(shown), Said(replayed); !slices.Equal(a, b) {
			t.Errorf("%s: on the link %q, replayed %q", filepath.Base(file), a, b)
		}
	}
	if seen == 0 {
		t.Error("no sort of captures was found")
	}
}

// smallest is the smallest capture of a folder, "" where there is none.
func smallest(t *testing.T, folder string) (best string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*pcap*"))
	if err != nil {
		t.Fatal(err)
	}
	least := int64(0)
	for _, f := range files {
		if st, err := os.Stat(f); err == nil && (best == "" || st.Size() < least) {
			best, least = f, st.Size()
		}
	}
	return best
}

func TestTheClockIsThatOfTheLastPacketSent(t *testing.T) {
	var c clock
	at := time.Date(2026, 3, 5, 12, 0, 0, 0, time.UTC)
	c.note(100, at)
	c.note(200, at.Add(time.Hour))
	c.note(300, at.Add(time.Minute)) // the capture's order is not that of its times
	for instant, want := range map[int64]time.Time{50: at, 100: at, 199: at, 200: at.Add(time.Hour), 9999: at.Add(time.Hour)} {
		if got := c.wall(instant); !got.Equal(want) {
			t.Errorf("%d is %s, not %s", instant, got, want)
		}
	}
}
