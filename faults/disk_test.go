package faults

import (
	"errors"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"abri.example/abri"
	"abri.example/abri/box/control"
	"abri.example/abri/testnet"
)

// smallDisk mounts a disk of a few megabytes where the box keeps its data.
func (h town) smallDisk() (folder string) {
	h.Helper()
	folder = filepath.Dir(h.box.Database())
	h.must(os.MkdirAll(folder, 0o755))
	h.must(syscall.Mount("tmpfs", folder, "tmpfs", 0, "size=4m"))
	h.Cleanup(func() {
		if err := syscall.Unmount(folder, syscall.MNT_DETACH); err != nil {
			h.Error(err)
		}
	})
	return folder
}

// fill leaves no room on a disk, and gives the file to remove.
func (h town) fill(folder string) (ballast string) {
	h.Helper()
	ballast = filepath.Join(folder, "ballast")
	f, err := os.Create(ballast)
	h.must(err)
	defer f.Close()
	for block := make([]byte, 4096); err == nil; {
		_, err = f.Write(block)
	}
	if !errors.Is(err, syscall.ENOSPC) {
		h.Fatal(err)
	}
	return ballast
}

// says waits until the page has these words.
func (h town) says(words ...string) {
	h.Helper()
	h.await(func() error {
		page, err := h.box.Page(h.Context(), "/", abri.French)
		for _, w := range words {
			if err == nil && !strings.Contains(page, w) {
				err = errors.New("the page does not say: " + w)
			}
		}
		return err
	})
}

// A full disk: the filter goes on and attacks are counted, the page, the status and the log tell it, a ban holds though
// it can't be written down. When there is room again, all that waited is written, once.
func TestFullDisk(t *testing.T) {
	t.Parallel() // it waits more than it works
	h := quietTown(t, nil)
	disk := h.smallDisk()
	h.start()
	h.attack(h.Attackers[0])
	h.recorded(2)
	ballast := h.fill(disk)
	h.attack(h.Attackers[1:]...)
	h.counted(8)
	h.says("Le disque du boîtier est plein")
	h.status("the full disk is not told", func(st control.Status) bool {
		return len(st.Troubles) == 1 && strings.Contains(st.Troubles[0], "disk-full")
	})
	h.logged("level=ERROR")
	err := h.box.Ban(t.Context(), netip.MustParsePrefix("198.51.100.22/32"), 0)
	if err == nil || !strings.Contains(err.Error(), "in force") {
		t.Errorf("a ban on a full disk: %v", err)
	}
	h.only("technician 4")
	h.must(os.Remove(ballast))
	h.recorded(9) // a banned address that tries is one, too
	h.status("the full disk is told still", func(st control.Status) bool { return len(st.Troubles) == 0 })
	if kept := h.keptAttacks(); len(kept) != 9 {
		t.Errorf("the store holds %v", kept)
	}
}

// A disk that is full when the box starts: it filters, with the bans that stand in the kernel, tells of it, and takes
// up its record as soon as there is room.
func TestFullDiskAtStart(t *testing.T) {
	t.Parallel() // it waits more than it works
	h := quietTown(t, nil)
	disk := h.smallDisk()
	h.start()
	h.must(h.box.Ban(t.Context(), netip.MustParsePrefix("198.51.100.22/32"), 0))
	h.attack(h.Attackers[0])
	h.recorded(2)
	h.must(h.box.Stop())
	aside := h.box.Database() + ".away" // the new database finds no room
	h.must(os.Rename(h.box.Database(), aside))
	ballast := h.fill(disk)
	h.start()
	h.says("Le disque du boîtier est plein")
	h.only("technician 4")
	h.attack(h.Attackers[1])
	h.counted(3) // a banned address that tries is one, too
	h.must(os.Remove(ballast))
	h.recorded(3)
	h.reboot()
	h.only("technician 4")
	h.counted(3)
}

// A damaged database is set aside at the start, which the log and the page tell; a new one begins, and the filter goes
// on with the bans and the mode that stand in the kernel, which the new record then has.
func TestDamagedDatabase(t *testing.T) {
	t.Parallel() // it waits more than it works
	h := townHall(t, func(_ *testnet.Scene, f *testnet.BoxFile) { f.Mode = abri.Observe })
	h.must(h.box.Mode(t.Context(), abri.Protect))
	h.must(h.box.Ban(t.Context(), netip.MustParsePrefix("198.51.100.22/32"), 0))
	h.attack(h.Attackers[0])
	h.counted(2)
	h.must(h.box.Stop())
	h.must(os.WriteFile(h.box.Database(), slices.Repeat([]byte("not a database at all "), 1000), 0o600))
	h.start()
	h.logged("the database was damaged and is set aside")
	h.says("Le registre des attaques est abîmé")
	h.only("technician 4")
	h.attack(h.Attackers[1])
	h.counted(3)
	h.recorded(3)
	h.reboot()
	h.only("technician 4")
	h.attack(h.Attackers[0])
	if left, err := filepath.Glob(h.box.Database() + ".damaged-*"); err != nil || len(left) == 0 {
		t.Errorf("the damaged database is gone: %v, %v", left, err)
	}
}
