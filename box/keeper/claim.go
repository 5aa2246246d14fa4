package keeper

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"

	abri "abri.example/abri"
	"abri.example/abri/box/config"
)

// claim is the hold of one process on folders that only one box may use: the pins, the data, the socket. The kernel
// frees it when the process ends, however it ends (flock(2)), so that nothing is left to tidy.
type claim []*os.File

// claimBox holds all folders of a box, which are made when they are absent.
func claimBox(c *config.Config) (claim, error) {
	for _, f := range []string{c.Gate.Pin, c.Box.Data, c.Box.Run} {
		mode := os.FileMode(0o755)
		if f == c.Gate.Pin {
			mode = 0o700
		}
		if err := os.MkdirAll(f, mode); err != nil {
			return nil, fmt.Errorf("making the box's folder: %w", err)
		}
	}
	return claimFolders(c.Gate.Pin, c.Box.Data, c.Box.Run)
}

// claimFolders holds these folders, or none of them: CodeRefused when another process holds one. A folder that is not
// there is nobody's; one that is named twice is held once.
func claimFolders(folders ...string) (claim, error) {
	var held claim
	for _, folder := range folders {
		f, err := os.Open(folder)
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err == nil && held.has(f) {
			f.Close()
			continue
		}
		if err == nil {
			held = append(held, f)
			err = unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
		}
		if err == nil {
			continue
		}
		held.leave()
		if errors.Is(err, unix.EWOULDBLOCK) {
			return nil, &abri.Error{Code: abri.CodeRefused, Place: folder, What: "a running box uses this folder", Remedy: "end that box first (systemctl stop abri), or give each box folders of its own"}
		}
		return nil, fmt.Errorf("taking hold of %s: %w", folder, err)
	}
	return held, nil
}

func (c claim) has(f *os.File) bool {
	is, err := f.Stat()
	if err != nil {
		return false
	}
	for _, h := range c {
		if had, err := h.Stat(); err == nil && os.SameFile(had, is) {
			return true
		}
	}
	return false
}

func (c claim) leave() {
	for _, f := range c {
		f.Close()
	}
}
