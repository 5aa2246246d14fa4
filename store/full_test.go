package store

import (
	"errors"
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

// fill takes all the room of a disk, and gives the file that holds it.
func fill(t *testing.T, dir string) string {
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
	return path
}

// A disk that fills up while the box writes is told; when there is room again all that was kept back is written, and
// nothing is lost or there twice.
func TestFullDisk(t *testing.T) {
	dir := smallDisk(t, "8m")
	s := open(t, filepath.Join(dir, "abri.db"))
	ctx, read := t.Context(), got[[]abri.Attack](t)
	must(t, s.Put(ctx, attacks(0, 100)))
	must(t, s.AddHours(ctx, 1, []Hour{{Start: noon, Reason: "list", Packets: 1}}))
	ballast := fill(t, dir)

	const size = 100
	written := 100 // the log may have some room of its own
	var err error
	for ; err == nil && written < 100_000; written += size {
		err = s.Put(ctx, attacks(written, written+size))
	}
	written -= size
	if abri.CodeOf(err) != abri.CodeFull {
		t.Fatalf("after %d attacks on a full disk: %v", written, err)
	}
	if trouble := s.Trouble(); trouble == nil || trouble.Code != abri.CodeFull {
		t.Errorf("trouble = %v", trouble)
	}
	delta := []Hour{{Start: noon, Reason: "list", Packets: 1}}
	for range 3 { // the box goes on trying
		if err := s.Put(ctx, attacks(written, written+size)); abri.CodeOf(err) != abri.CodeFull {
			t.Errorf("trying again on a full disk: %v", err)
		}
		// a small write may find room in a page that is there already; either way it must count once
		if err := s.AddHours(ctx, 2, delta); err != nil && abri.CodeOf(err) != abri.CodeFull {
			t.Errorf("counting on a full disk: %v", err)
		}
	}
	if kept := read(s.Recent(ctx, 100_000)); len(kept) != written {
		t.Errorf("%d attacks are read while the disk is full, %d were acknowledged", len(kept), written)
	}

	must(t, os.Remove(ballast))
	must(t, s.Put(ctx, attacks(written, written+size)))
	must(t, s.AddHours(ctx, 2, delta))
	if s.Trouble() != nil {
		t.Errorf("there is room, and the trouble stands: %v", s.Trouble())
	}
	kept := map[string]bool{}
	all := read(s.Recent(ctx, 100_000))
	for _, a := range all {
		kept[a.ID] = true
	}
	if len(all) != written+size || len(kept) != len(all) {
		t.Errorf("%d rows of %d attacks, want %d", len(all), len(kept), written+size)
	}
	if hours := got[[]Hour](t)(s.Hours(ctx, noon)); len(hours) != 1 || hours[0].Packets != 2 {
		t.Errorf("hours = %v", hours)
	}
	must(t, s.check(ctx))
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
			ballast := fill(t, dir)
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
