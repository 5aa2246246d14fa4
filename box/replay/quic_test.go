package replay_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"abri.example/abri/box/replay"
	"abri.example/abri/names"
)

// TestRealQUIC reads what real programs say in each version: testdata/quic/README.md tells which.
func TestRealQUIC(t *testing.T) {
	dir := filepath.Join("testdata", "quic")
	files, err := filepath.Glob(filepath.Join(dir, "*.pcap"))
	if err != nil || len(files) != 4 {
		t.Fatalf("%d captures, %v", len(files), err)
	}
	var got []string
	for _, file := range files {
		_, err := replay.Run(t.Context(), []string{file}, replay.Options{Named: func(s *names.Sighting) {
			b, err := json.Marshal(s)
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, string(b))
		}})
		if err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
	text, err := os.ReadFile(filepath.Join(dir, "wanted.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	if want := strings.Split(strings.TrimSpace(string(text)), "\n"); !slices.Equal(got, want) {
		t.Errorf("read are\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
