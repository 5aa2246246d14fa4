package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"abri.example/abri/testnet"
)

func TestAnEndedSceneLeavesNothing(t *testing.T) {
	if err := testnet.Possible(); err != nil {
		t.Skipf("no network can be built: %v", err)
	}
	s, err := newScene()
	if err != nil {
		t.Fatal(err)
	}
	mounted := func() bool {
		text, err := os.ReadFile("/proc/mounts")
		if err != nil {
			t.Fatal(err)
		}
		return strings.Contains(string(text), filepath.Dir(s.pins))
	}
	if !mounted() {
		t.Fatal("the pins have no file system")
	}
	s.End()
	if _, err := os.Stat(filepath.Dir(s.pins)); mounted() || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the folder of the pins is left: %v", err)
	}
	if err := s.box.Do(func() error { return nil }); err == nil {
		t.Error("the box's host can still be entered")
	}
}

func TestFoldersOfTheDeadAreSwept(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	ours, err := newFolder()
	if err != nil {
		t.Fatal(err)
	}
	dead := filepath.Join(os.TempDir(), "abri-bench-2147483647-1") // no system has so many processes
	if err := os.Mkdir(dead, 0o700); err != nil {
		t.Fatal(err)
	}
	sweepFolders()
	if _, err := os.Stat(dead); !errors.Is(err, os.ErrNotExist) {
		t.Error("the folder of a dead run is left")
	}
	if _, err := os.Stat(ours); err != nil {
		t.Error("the folder of a living run is gone")
	}
}
