package replay_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"abri.example/abri"
	"abri.example/abri/box/replay"
)

// patience is after how long a file of a few megabytes is taken to hang.
const patience = time.Minute

// TestSharedCaptures replays every capture beside the repository, whole, broken and benign ones: each ends, and with no
// error or one that has a code and names the file. Without lists nothing honest is an attack.
func TestSharedCaptures(t *testing.T) {
	shared := os.Getenv("ABRI_SHARED")
	if shared == "" {
		shared = "../../../shared"
	}
	files := 0
	for _, folder := range []string{"captures", "peers"} {
		root := filepath.Join(shared, folder)
		if _, err := os.Stat(root); err != nil {
			t.Skipf("there are no captures in %s (set ABRI_SHARED to their folder)", shared)
		}
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || !slices.Contains([]string{".pcap", ".pcapng", ".cap"}, filepath.Ext(path)) {
				return err
			}
			files++
			replayShared(t, path)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d files", files)
}

func replayShared(t *testing.T, path string) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	handed := uint64(0)
	sum, err := replay.Run(ctx, []string{path}, replay.Options{Attack: func(a abri.Attack) { handed += a.Count() }})
	if ctx.Err() != nil {
		t.Errorf("%s: not read in %s", path, patience)
	}
	var refusal *abri.Error
	if err != nil && (!errors.As(err, &refusal) || !strings.HasPrefix(refusal.Place, path)) {
		t.Errorf("%s: %v names no place in the file", path, err)
	}
	if sum.Attacks != handed {
		t.Errorf("%s: %d attacks in the summary, %d told", path, sum.Attacks, handed)
	}
	if strings.Contains(path, string(filepath.Separator)+"benign"+string(filepath.Separator)) && (err != nil || sum.Packets == 0 || sum.Attacks != 0) {
		t.Errorf("%s: %d packets, %d attacks, %v; want none of what is honest", path, sum.Packets, sum.Attacks, err)
	}
}
