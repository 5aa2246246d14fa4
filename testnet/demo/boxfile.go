package main

import (
	"bytes"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"text/template"

	"golang.org/x/sys/unix"

	"abri.example/abri/testnet"
)

// folder is where the demonstrated box lives: its configuration, lists, data, socket and pins.
type folder string

func (f folder) config() string { return filepath.Join(string(f), "box.toml") }
func (f folder) socket() string { return filepath.Join(string(f), "run", "abri.sock") }
func (f folder) log() string    { return filepath.Join(string(f), "abri.log") }
func (f folder) pins() string   { return filepath.Join(string(f), "bpf") }

// boxFile is the configuration that a technician would write for this town hall.
var boxFile = template.Must(template.New("box.toml").Parse(`version = 1

[box]
name = "Mairie de démonstration"
mode = "protect"
data = "{{.Folder}}/data"
run = "{{.Folder}}/run"

[ports]
kind = "bridge"
outside = "{{.Outside}}"
inside = "{{.Inside}}"
bridge = "abri0"
address = "{{.Address}}"
gateway = "{{.Gateway}}"
resolvers = [{{range $i, $r := .Resolvers}}{{if $i}}, {{end}}"{{$r}}"{{end}}]

[gate]
pin = "{{.Folder}}/bpf/abri"

[[list]]
name = "attaquants"
publisher = "liste de démonstration"
file = "attackers.txt"

[[list]]
name = "receleurs"
publisher = "liste de démonstration"
file = "destinations.txt"

[page]
listen = "{{.Page}}"

[run_as]
user = "nobody"
group = "nogroup"
`))

// furnish makes the box's folder for a scene and registers its removal.
func furnish(st *stage, s *testnet.Scene) (folder, error) {
	sweepFolders(st)
	dir, err := os.MkdirTemp("", fmt.Sprintf("abri-demo-%d-", os.Getpid()))
	if err != nil {
		return "", err
	}
	st.Cleanup(func() { os.RemoveAll(dir) })
	f := folder(dir)
	if err := os.Chmod(dir, 0o755); err != nil { // the reader is nobody, and reads the lists
		return "", err
	}
	if err := f.mountPins(st); err != nil {
		return "", err
	}
	var text bytes.Buffer
	err = boxFile.Execute(&text, map[string]any{
		"Folder": dir, "Outside": testnet.OutsidePort, "Inside": testnet.InsidePort, "Address": testnet.BoxAddress,
		"Gateway": testnet.RouterAddress, "Resolvers": s.Resolver.Addresses(), "Page": pageAddress,
	})
	if err != nil {
		return "", err
	}
	for name, text := range map[string]string{
		"box.toml":         text.String(),
		"attackers.txt":    lines(s.ListedSources),
		"destinations.txt": lines(s.ListedDestinations),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			return "", err
		}
	}
	return f, nil
}

// lines writes a threat list: one entry a line.
func lines(entries []netip.Prefix) string {
	text := "# the demonstration's own list\n"
	for _, e := range entries {
		text += e.String() + "\n"
	}
	return text
}

func (f folder) mountPins(st *stage) error {
	if err := os.Mkdir(f.pins(), 0o700); err != nil {
		return err
	}
	if err := unix.Mount("bpffs", f.pins(), "bpf", unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, "mode=0700"); err != nil {
		return fmt.Errorf("mounting a BPF file system at %s: %w", f.pins(), err)
	}
	st.Cleanup(func() {
		if err := unix.Unmount(f.pins(), unix.MNT_DETACH); err != nil {
			st.Logf("unmounting %s: %v", f.pins(), err)
		}
	})
	return nil
}

// sweepFolders removes what a demonstration that was killed has left.
func sweepFolders(st *stage) {
	left, err := filepath.Glob(filepath.Join(os.TempDir(), "abri-demo-*-*"))
	if err != nil {
		return
	}
	for _, dir := range left {
		var pid int
		if _, err := fmt.Sscanf(filepath.Base(dir), "abri-demo-%d-", &pid); err != nil || !errors.Is(unix.Kill(pid, 0), unix.ESRCH) {
			continue
		}
		// Anybody may make such a name in a folder that all share, or a link there to something else.
		var is unix.Stat_t
		if err := unix.Lstat(dir, &is); err != nil || is.Uid != 0 || is.Mode&unix.S_IFMT != unix.S_IFDIR {
			continue
		}
		_ = unix.Unmount(folder(dir).pins(), unix.MNT_DETACH|unix.UMOUNT_NOFOLLOW) // may not be mounted any more
		if err := os.RemoveAll(dir); err == nil {
			st.Logf("swept %s, left by a killed demonstration", dir)
		}
	}
}
