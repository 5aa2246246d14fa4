package testnet

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// folderForm names a box's folder by the process that made it, so that leftovers can be told.
const folderForm = "abri-box-%d-"

func (b *Box) config() string { return filepath.Join(b.dir, "box.toml") }
func (b *Box) log() string    { return filepath.Join(b.dir, "abri.log") }
func (b *Box) mount() string  { return filepath.Join(b.dir, "bpf") }
func (b *Box) pins() string   { return filepath.Join(b.mount(), "abri") }

// Socket is where the box is asked, as by `abri status --socket`.
func (b *Box) Socket() string { return filepath.Join(b.dir, "run", "abri.sock") }

// makeFolder makes the box's folder with a BPF file system for its pins in it, and registers the removal of both.
func (b *Box) makeFolder(t T) error {
	sweepFolders(t.Logf)
	dir, err := os.MkdirTemp("", fmt.Sprintf(folderForm, os.Getpid()))
	if err != nil {
		return err
	}
	b.dir = dir
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil { // the reader is nobody, and reads the lists
		return err
	}
	if err := os.Mkdir(b.mount(), 0o700); err != nil {
		return err
	}
	if err := unix.Mount("bpffs", b.mount(), "bpf", unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, "mode=0700"); err != nil {
		return fmt.Errorf("mounting a BPF file system at %s: %w", b.mount(), err)
	}
	t.Cleanup(func() {
		if err := unix.Unmount(b.mount(), unix.MNT_DETACH); err != nil {
			t.Logf("testnet: unmounting %s: %v", b.mount(), err)
		}
	})
	return nil
}

// sweepFolders removes the folders whose maker is dead.
func sweepFolders(logf func(string, ...any)) {
	left, err := filepath.Glob(filepath.Join(os.TempDir(), "abri-box-*-*"))
	if err != nil {
		return
	}
	for _, dir := range left {
		var pid int
		if _, err := fmt.Sscanf(filepath.Base(dir), folderForm, &pid); err != nil || alive(pid) {
			continue
		}
		// Anybody may make such a name in a folder that all share, or a link there to something else.
		var is unix.Stat_t
		if err := unix.Lstat(dir, &is); err != nil || is.Uid != 0 || is.Mode&unix.S_IFMT != unix.S_IFDIR {
			continue
		}
		err := unix.Unmount(filepath.Join(dir, "bpf"), unix.MNT_DETACH|unix.UMOUNT_NOFOLLOW)
		if err != nil && !errors.Is(err, unix.EINVAL) && !errors.Is(err, unix.ENOENT) {
			continue // still mounted: removing what is in it would take a gate off
		}
		if err := os.RemoveAll(dir); err == nil {
			logf("testnet: swept %s, left by a killed process", dir)
		}
	}
}

// Database is the path of the box's store when its data stands where Scene.BoxFile says.
func (b *Box) Database() string { return filepath.Join(b.dir, "data", "abri.db") }
