package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"abri.example/abri/box/control"
)

// boxRuns is how often the lists of a running box are changed.
const boxRuns = 5

// box measures the real `abri run`: from its start, and from SIGHUP, to the lists being enforced; and its memory at rest
// and while it reloads. The box says so itself: its log tells the moment, its status that nothing is missing.
func (b *bench) box() error {
	const started, reloaded = "1M + 100k prefixes, start of abri run to enforced", "1M + 100k prefixes, SIGHUP to enforced, in a running box"
	s, err := newScene()
	if err != nil {
		b.table.without(reloaded, err)
		return nil
	}
	defer s.End()
	home, err := b.furnish(s)
	if err != nil {
		return err
	}
	begun := time.Now()
	a, err := startAgent(b, s, home, enforcedWords)
	if err != nil {
		return err
	}
	from, err := a.enforced(b.ctx)
	if err != nil {
		return err
	}
	b.table.add(started, short(from.Sub(begun))+" [1]", "", "the same, in one process: above")
	rest, err := a.settled(b.ctx)
	if err != nil {
		return err
	}
	took, peak, err := b.reload(a, home)
	if err != nil {
		return err
	}
	b.table.add(reloaded, took.String(), loadBar, "the same, in one process: above")
	b.memory(rest, peak)
	return a.Stop()
}

// reload changes both lists and tells the box, several times. It gives the peaks of memory meanwhile.
func (b *bench) reload(a *agent, home string) (runs, control.Memory, error) {
	var all runs
	if err := a.forgetPeaks(); err != nil {
		return nil, control.Memory{}, err
	}
	for i := range boxRuns {
		if err := writeLists(filepath.Join(home, "v4.txt"), filepath.Join(home, "v6.txt"), uint64(i+2)); err != nil {
			return nil, control.Memory{}, err
		}
		begun := time.Now()
		if err := a.Signal(syscall.SIGHUP); err != nil {
			return nil, control.Memory{}, err
		}
		at, err := a.enforced(b.ctx)
		if err != nil {
			return nil, control.Memory{}, err
		}
		all = append(all, at.Sub(begun))
	}
	st, err := a.settled(b.ctx)
	return all, st.Memory, err
}

// memory puts the box's memory into the table, each part apart.
func (b *bench) memory(rest control.Status, peak control.Memory) {
	m := rest.Memory
	entries := fmt.Sprintf("%.0f bytes a prefix", float64(m.Maps)/(wanted4+wanted6))
	b.table.add("memory at rest: reader", megabytes(m.Reader), "", "peak since its start "+megabytes(m.ReaderPeak)+", while reloading "+megabytes(peak.ReaderPeak))
	b.table.add("memory at rest: keeper", megabytes(m.Keeper), "", "peak since its start "+megabytes(m.KeeperPeak)+", while reloading "+megabytes(peak.KeeperPeak)+
		" (touched pages of the maps among it)")
	b.table.add("memory at rest: kernel maps", megabytes(m.Maps), "", entries+"; after reloading, with both generations, "+megabytes(peak.Maps))
}

// furnish makes the box's folder: its configuration, and its first lists.
func (b *bench) furnish(s *scene) (string, error) {
	home := filepath.Join(b.folder, "box")
	if err := os.Mkdir(home, 0o755); err != nil {
		return "", err
	}
	if err := writeLists(filepath.Join(home, "v4.txt"), filepath.Join(home, "v6.txt"), 1); err != nil {
		return "", err
	}
	text := strings.NewReplacer("HOME", home, "PINS", s.pins, "OUTSIDE", outsidePort, "INSIDE", insidePort).Replace(boxFile)
	return home, os.WriteFile(filepath.Join(home, "box.toml"), []byte(text), 0o644)
}

// boxFile is the configuration of the measured box.
const boxFile = `version = 1
[box]
name = "bench"
mode = "protect"
data = "HOME/data"
run = "HOME/run"
[ports]
outside = "OUTSIDE"
inside = "INSIDE"
bridge = "abri0"
address = "192.168.10.2/24"
gateway = "192.168.10.1"
[gate]
pin = "PINS"
[[list]]
name = "v4"
file = "v4.txt"
[[list]]
name = "v6"
file = "v6.txt"
[page]
listen = "192.168.10.2:8080"
[run_as]
user = "nobody"
group = "nogroup"
`

// settled waits until the box's own status says that what is wanted is enforced.
func (a *agent) settled(ctx context.Context) (control.Status, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	again := time.NewTicker(100 * time.Millisecond)
	defer again.Stop()
	for {
		st, err := a.box.Status(ctx)
		k := st.Kernel
		if err == nil && st.Wanted4 == wanted4 && st.Wanted6 == wanted6 && k.Entries4 == wanted4 && k.Entries6 == wanted6 && st.Memory.Maps > 0 {
			return st, nil
		}
		select {
		case <-a.Done():
			return st, a.fallen()
		case <-ctx.Done():
			return st, fmt.Errorf("%d + %d entries are enforced, want %d + %d: %w", k.Entries4, k.Entries6, wanted4, wanted6, ctx.Err())
		case <-again.C:
		}
	}
}
