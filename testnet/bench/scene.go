package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"

	"abri.example/abri/testnet"
	"abri.example/abri/testnet/stage"
)

// The ports of the box's host, and the name of every folder of ours.
const (
	outsidePort = "outside"
	insidePort  = "inside"
	folderName  = "abri-bench-%d-"
)

// scene is a box's host between two others, with nobody speaking, and a file system for its pins. End takes it away.
type scene struct {
	*stage.Stage
	box  *testnet.Host
	pins string
}

// newScene builds a scene, and takes it away again when it cannot be built whole.
func newScene() (*scene, error) {
	s := &scene{Stage: stage.New(complain)}
	err := s.Try(func() error {
		net := testnet.New(s)
		s.box = net.Host("box")
		router, office := net.Host("router"), net.Host("office")
		net.Cable(router, s.box, "lan", outsidePort)
		net.Cable(s.box, office, insidePort, "uplink")
		return s.mount()
	})
	if err != nil {
		s.End()
	}
	return s, err
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
