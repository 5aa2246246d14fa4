package faults

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The Debian package is removed as dpkg does it: not under a running box, and then so that a plain bridge remains. An
// update in place takes nothing away.
func TestPackageRemovalLeavesAPlainBridge(t *testing.T) {
	if _, err := exec.LookPath("dpkg-deb"); err != nil {
		t.Skip("needs dpkg")
	}
	h := townHall(t, nil)
	root := t.TempDir() // the package's files; the network, the kernel and the scripts are real
	for _, dir := range []string{"var/lib/dpkg/info", "var/lib/dpkg/updates", "etc/abri"} {
		h.must(os.MkdirAll(filepath.Join(root, dir), 0o755))
	}
	h.must(os.WriteFile(filepath.Join(root, "var/lib/dpkg/status"), nil, 0o644))
	h.must(os.WriteFile(filepath.Join(root, "etc/abri/box.toml"), fmt.Appendf(nil, "version = 1\n[gate]\npin = %q\n", h.box.Pins()), 0o644))
	built, err := exec.Command("../packaging/build", program, "v1.2.3", root).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, built)
	}
	dpkg := func(args ...string) (said string, err error) {
		h.must(h.Box.Do(func() error {
			var out []byte
			out, err = exec.Command("dpkg", append([]string{"--root=" + root, "--log=" + filepath.Join(root, "log"), "--force-script-chrootless", "--force-depends"}, args...)...).CombinedOutput()
			said = string(out)
			return nil
		}))
		return said, err
	}
	bridge := h.link("abri0").Attrs().Index
	for range 2 { // the second is an update
		if said, err := dpkg("--install", strings.TrimSpace(string(built))); err != nil {
			t.Fatalf("installing: %v: %s", err, said)
		}
	}
	if said, err := dpkg("--remove", "abri"); err == nil || !strings.Contains(said, "a running box uses this folder") {
		t.Errorf("removed under a running box: %v: %s", err, said)
	}
	h.attack(h.Attackers[0])
	h.must(h.box.Stop())
	h.attack(h.Attackers[0])
	if said, err := dpkg("--remove", "abri"); err != nil {
		t.Fatalf("removing: %v: %s", err, said)
	}
	h.isPlain("abri0", bridge)
}
