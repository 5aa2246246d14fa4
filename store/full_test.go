package store

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"abri.example/abri"
)

// smallDisk mounts a file system of a size in memory, and gives its folder.
func smallDisk(t *testing.T, size string) string {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("a full disk is made by mounting a small one, and only root may mount")
	}
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size="+size); err != nil {
		t.Skipf("a full disk is made by mounting a small one, and this machine does not let us: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// fill leaves so many bytes of room on a disk, and gives the file that holds the rest.
func fill(t *testing.T, dir string, room int64) string {
	t.Helper()
	path := filepath.Join(dir, "ballast")
	f, err := os.Create(path)
	must(t, err)
	defer f.Close()
	block := make([]byte, 4096)
	for err == nil {
		_, err = f.Write(block)
	}
	if !errors.Is(err, syscall.ENOSPC) {
		t.Fatal(err)
	}
	size := got[os.FileInfo](t)(f.Stat()).Size()
	must(t, f.Truncate(size-room))
	return path
}

// A disk that fills up while the box writes is told; when there is room again all that was kept back is written, and
// nothing is lost or there twice. The rooms end the disk in the log, in its index, and in the folding of the log into
// the file.
func TestFullDisk(t *testing.T) {
	for _, room := range []int64{0, 4 << 10, 60 << 10, 1 << 20, 4300 << 10, 5 << 20, 6 << 20, 7 << 20} {
		t.Run(fmt.Sprintf("%d KB of room", room>>10), func(t *testing.T) {
			dir := smallDisk(t, "12m")
			s := open(t, filepath.Join(dir, "abri.db"))
			must(t, s.Put(t.Context(), attacks(0, 100)))
			must(t, s.AddHours(t.Context(), 1, oneHour))
			ballast := fill(t, dir, room)
			written := writeUntilFull(t, s, 100)
			tryInVain(t, s, written)
			must(t, os.Remove(ballast))
			writeTheRest(t, s, written)
		})
	}
}

// fullBatch is how many attacks are put at once on a disk that fills up.
const fullBatch = 100

var oneHour = []Hour{{Start: noon, Reason: "list", Packets: 1}}

// writeUntilFull puts attacks, the first of that number, and gives the number of the first that was refused.
func writeUntilFull(t *testing.T, s *Store, first int) int {
	t.Helper()
	var err error
	at := first
	for ; at < 100_000; at += fullBatch {
		if err = s.Put(t.Context(), attacks(at, at+fullBatch)); err != nil {
			break
		}
	}
	if abri.CodeOf(err) != abri.CodeFull {
		t.Fatalf("after %d attacks on a full disk: %v", at, err)
	}
	if trouble := s.Trouble(); trouble == nil || trouble.Code != abri.CodeFull {
		t.Errorf("trouble = %v", trouble)
	}
	return at
}

// tryInVain is the box that goes on trying. A small write may find room in a page that is there already; either way it
// must count once.
func tryInVain(t *testing.T, s *Store, written int) {
	t.Helper()
	for range 3 {
		if err := s.Put(t.Context(), attacks(written, written+fullBatch)); abri.CodeOf(err) != abri.CodeFull {
			t.Errorf("trying again on a full disk: %v", err)
		}
		if err := s.AddHours(t.Context(), 2, oneHour); err != nil && abri.CodeOf(err) != abri.CodeFull {
			t.Errorf("counting on a full disk: %v", err)
		}
	}
	if kept := got[[]abri.Attack](t)(s.Recent(t.Context(), 100_000)); len(kept) != written {
		t.Errorf("%d attacks are read while the disk is full, %d were acknowledged", len(kept), written)
	}
}

// writeTheRest puts what was kept back, and finds everything there once.
func writeTheRest(t *testing.T, s *Store, written int) {
	t.Helper()
	must(t, s.Put(t.Context(), attacks(written, written+fullBatch)))
	must(t, s.AddHours(t.Context(), 2, oneHour))
	if s.Trouble() != nil {
		t.Errorf("there is room, and the trouble stands: %v", s.Trouble())
	}
	kept := map[string]bool{}
	all := got[[]abri.Attack](t)(s.Recent(t.Context(), 100_000))
	for _, a := range all {
		kept[a.ID] = true
	}
	if len(all) != written+fullBatch || len(kept) != len(all) {
		t.Errorf("%d rows of %d attacks, want %d", len(all), len(kept), written+fullBatch)
	}
	if hours := got[[]Hour](t)(s.Hours(t.Context(), noon)); len(hours) != 1 || hours[0].Packets != 2 {
		t.Errorf("hours = %v", hours)
	}
	must(t, s.check(t.Context()))
}

// A box that starts on a full disk says so, and opens as soon as there is room.
func TestOpenOnAFullDisk(t *testing.T) {
	for _, c := range []struct {
		name string
		had  int // attacks that the database holds before
	}{{"no database", 0}, {"a database", 100}} {
		t.Run(c.name, func(t *testing.T) {
			dir := smallDisk(t, "4m")
			path := filepath.Join(dir, "abri.db")
			if c.had > 0 {
				s, err := Open(t.Context(), path, quiet)
				must(t, err)
				must(t, s.Put(t.Context(), attacks(0, c.had)))
				must(t, s.Close())
			}
			ballast := fill(t, dir, 0)
			s, err := Open(t.Context(), path, quiet)
			if err == nil {
				s.Close()
			} else if abri.CodeOf(err) != abri.CodeFull {
				t.Errorf("on a full disk: %v", err)
			}
			if c.had == 0 && err == nil {
				t.Error("a database was made without room")
			}
			must(t, os.Remove(ballast))
			s = open(t, path)
			same(t, "attacks", len(got[[]abri.Attack](t)(s.Recent(t.Context(), 1000))), c.had)
			if set := got[[]string](t)(filepath.Glob(path + ".damaged*")); len(set) > 0 {
				t.Errorf("a full disk was taken for damage: %v", set)
			}
		})
	}
}
