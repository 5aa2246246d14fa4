package keeper

import (
	"path/filepath"
	"testing"

	abri "abri.example/abri"
	"abri.example/abri/box/config"
)

// Two boxes share no folder, whichever it is; what one of them left is free at once.
func TestOneBoxAFolder(t *testing.T) {
	dir := t.TempDir()
	box := func(pins, data, run string) *config.Config {
		var c config.Config
		c.Gate.Pin, c.Box.Data, c.Box.Run = filepath.Join(dir, pins), filepath.Join(dir, data), filepath.Join(dir, run)
		return &c
	}
	first, err := claimBox(box("pins", "data", "run"))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []*config.Config{box("pins", "data2", "run2"), box("pins2", "data", "run2"), box("pins2", "data2", "run"), box("data", "x", "x")} {
		if _, err := claimBox(c); abri.CodeOf(err) != abri.CodeRefused {
			t.Errorf("a second box on %s, %s, %s: %v", c.Gate.Pin, c.Box.Data, c.Box.Run, err)
		}
	}
	other, err := claimBox(box("pins2", "data2", "data2"))
	if err != nil {
		t.Errorf("a box of its own, and what was refused holds nothing: %v", err)
	}
	other.leave()
	first.leave()
	again, err := claimBox(box("pins", "data", "run"))
	if err != nil {
		t.Errorf("the first box again: %v", err)
	}
	again.leave()
}

// The filter is not taken off while a keeper lives: it would go on saying that it protects.
func TestNoDetachUnderABox(t *testing.T) {
	pins := t.TempDir()
	held, err := claimFolders(pins)
	if err != nil {
		t.Fatal(err)
	}
	if err := Detach(pins); abri.CodeOf(err) != abri.CodeRefused {
		t.Errorf("detach under a box: %v", err)
	}
	held.leave()
	if err := Detach(pins); err != nil {
		t.Errorf("detach of nothing: %v", err)
	}
	if err := Detach(filepath.Join(pins, "none")); err != nil {
		t.Errorf("detach without a folder: %v", err)
	}
}
