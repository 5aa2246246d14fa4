package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"

	"abri.example/abri/testnet"
)

// The ports of the box's host, and the name of every folder of ours.
const (
	outsidePort = "outside"
	insidePort  = "inside"
	folderName  = "abri-bench-%d-"
)

// scene is a box's host between two others, with nobody speaking, and a file system for its pins. It is the testnet.T
// of its network: what is made is taken away by end.
type scene struct {
	box      *testnet.Host
	pins     string
	removals []func()
}

// failure is what Fatalf throws, for newScene to catch.
type failure struct{ error }

// Cleanup registers a removal. Removals run in reverse order.
func (s *scene) Cleanup(f func()) { s.removals = append(s.removals, f) }

// Logf tells of what could not be removed.
func (s *scene) Logf(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "bench: "+format+"\n", args...)
}

// Fatalf ends newScene.
func (s *scene) Fatalf(format string, args ...any) { panic(failure{fmt.Errorf(format, args...)}) }

// newScene builds a scene, and takes it away again when it cannot be built whole.
func newScene() (s *scene, err error) {
	s = &scene{}
	defer func() {
		thrown := recover()
		if f, ok := thrown.(failure); ok {
			err = f.error
		} else if thrown != nil {
			panic(thrown)
		}
		if err != nil {
			s.end()
		}
	}()
	net := testnet.New(s)
	s.box = net.Host("box")
	router, office := net.Host("router"), net.Host("office")
	net.Cable(router, s.box, "lan", outsidePort)
	net.Cable(s.box, office, insidePort, "uplink")
	return s, s.mount()
}

// mount gives the scene a BPF file system of its own.
func (s *scene) mount() error {
	folder, err := newFolder()
	if err != nil {
		return err
	}
	s.Cleanup(func() { os.RemoveAll(folder) })
	if err := unix.Mount("bpffs", folder, "bpf", unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, "mode=0700"); err != nil {
		return fmt.Errorf("mounting a BPF file system at %s: %w", folder, err)
	}
	s.Cleanup(func() {
		if err := unix.Unmount(folder, unix.MNT_DETACH); err != nil {
			s.Logf("unmounting %s: %v", folder, err)
		}
	})
	s.pins = filepath.Join(folder, "abri")
	return nil
}

// end takes everything away.
func (s *scene) end() {
	for i := len(s.removals) - 1; i >= 0; i-- {
		s.removals[i]()
	}
}

// newFolder makes a folder that the box's reader, which is nobody, may look into.
func newFolder() (string, error) {
	dir, err := os.MkdirTemp("", fmt.Sprintf(folderName, os.Getpid()))
	if err != nil {
		return "", err
	}
	return dir, os.Chmod(dir, 0o755)
}

// sweepFolders removes what a run that was killed has left.
func sweepFolders() {
	left, _ := filepath.Glob(filepath.Join(os.TempDir(), "abri-bench-*-*"))
	for _, dir := range left {
		var pid int
		if _, err := fmt.Sscanf(filepath.Base(dir), folderName, &pid); err != nil || !errors.Is(unix.Kill(pid, 0), unix.ESRCH) {
			continue
		}
		_ = unix.Unmount(dir, unix.MNT_DETACH) // most are no mounts
		os.RemoveAll(dir)
	}
}
