package main

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// How many addresses and names, on how many lists of each, are promised to fit the agent's memory.
const (
	manyEach  = 1_000_000
	manyLists = 5
)

// names measures a running box with a million addresses and a million names on ten lists: its memory at rest, and at the
// peak of a refresh of one list. What the kernel's maps take stands apart, as do their pages while a process writes them.
func (b *bench) names() error {
	const figure = "1M addresses + 1M names"
	s, err := newScene()
	if err != nil {
		b.table.without(figure, err)
		return nil
	}
	defer s.End()
	home, err := b.furnishNames(s)
	if err != nil {
		return err
	}
	a, err := startAgent(b, s, home, fmt.Sprintf("ipv4=%d ", manyEach))
	if err != nil {
		return err
	}
	if _, err := a.enforced(b.ctx); err != nil {
		return err
	}
	time.Sleep(rest) // what a load leaves is given back by then
	pids, err := a.processes()
	if err != nil {
		return err
	}
	at := footprint(pids)
	before, err := a.box.Status(b.ctx)
	if err != nil {
		return err
	}
	var peak uint64
	each := make([]uint64, len(pids)) // at their own peaks
	over := make(chan struct{})
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		for {
			now := footprint(pids)
			peak = max(peak, total(now))
			for i, n := range now {
				each[i] = max(each[i], n)
			}
			select {
			case <-over:
				return
			case <-time.After(20 * time.Millisecond):
			}
		}
	}()
	for i := range boxRuns {
		if err := writeAddresses(filepath.Join(home, "a0.txt"), 0, uint64(i+100)); err != nil {
			return err
		}
		if err := a.Signal(syscall.SIGHUP); err != nil {
			return err
		}
		if _, err := a.enforced(b.ctx); err != nil {
			return err
		}
		time.Sleep(rest)
	}
	close(over)
	<-watched
	after, err := a.box.Status(b.ctx)
	if err != nil {
		return err
	}
	b.table.add(figure+", at rest: agent", megabytes(total(at)), "150 MB", fmt.Sprintf("keeper %s, reader %s, without pages of maps", megabytes(at[0]), megabytes(at[1])))
	b.table.add(figure+", at rest: all", megabytes(total(at)+before.Memory.Maps), "400 MB", "kernel maps "+megabytes(before.Memory.Maps)+"; with both generations "+megabytes(after.Memory.Maps))
	b.table.add(figure+", refresh of one list of ten", fmt.Sprintf("%.2f times the rest", float64(peak)/float64(total(at))), "1.3", fmt.Sprintf("agent's peak %s; keeper %s, reader %s at theirs", megabytes(peak), megabytes(each[0]), megabytes(each[1])))
	return a.Stop()
}

// rest is how long a box is left alone before its memory is read.
const rest = 5 * time.Second

// furnishNames makes the box's folder with ten lists.
func (b *bench) furnishNames(s *scene) (string, error) {
	home := filepath.Join(b.folder, "names")
	if err := os.Mkdir(home, 0o755); err != nil {
		return "", err
	}
	text, _, _ := strings.Cut(boxFile, "[[list]]")
	_, page, _ := strings.Cut(boxFile, "[page]")
	text += "[page]" + page
	for i := range manyLists {
		if err := writeAddresses(filepath.Join(home, fmt.Sprintf("a%d.txt", i)), i, uint64(i)); err != nil {
			return "", err
		}
		if err := writeNames(filepath.Join(home, fmt.Sprintf("n%d.txt", i)), uint64(i)); err != nil {
			return "", err
		}
		for _, kind := range []string{"a", "n"} {
			text += fmt.Sprintf("[[list]]\nname = \"%s%d\"\nfile = \"%s%d.txt\"\n", kind, i, kind, i)
		}
	}
	text = strings.NewReplacer("HOME", home, "PINS", s.pins, "OUTSIDE", outsidePort, "INSIDE", insidePort).Replace(text)
	return home, os.WriteFile(filepath.Join(home, "box.toml"), []byte(text), 0o644)
}

// writeAddresses writes the nth list of addresses; no two lists have one in common.
func writeAddresses(file string, n int, seed uint64) error {
	random := rand.New(rand.NewPCG(seed, 3))
	known := make(map[uint32]bool, manyEach/manyLists)
	return writeLines(file, manyEach/manyLists, func() string {
		for {
			a := random.Uint32()/manyLists*manyLists + uint32(n)
			if p := host4(a); !known[a] && !touchesSpared(p) {
				known[a] = true
				return p.Addr().String()
			}
		}
	})
}

func writeNames(file string, seed uint64) error {
	random := rand.New(rand.NewPCG(seed, 4))
	return writeLines(file, manyEach/manyLists, func() string {
		return strconv.FormatUint(random.Uint64()>>20, 36) + "." + strconv.FormatUint(uint64(random.Uint32()), 36) + ".com"
	})
}

func writeLines(file string, n int, some func() string) error {
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	defer f.Close()
	w := bufio.NewWriter(f)
	for range n {
		fmt.Fprintln(w, some())
	}
	return w.Flush()
}

// footprint is what processes hold in memory, in bytes, without the pages of the kernel's maps that they have mapped
// (proc(5), smaps).
func footprint(pids []int) []uint64 {
	out := make([]uint64, len(pids))
	for i, pid := range pids {
		text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/smaps", pid))
		ofMap := false
		for line := range strings.Lines(string(text)) {
			key, value, _ := strings.Cut(line, ":")
			switch {
			case strings.Contains(key, "-"): // the head of a mapping
				ofMap = strings.Contains(line, "bpf-map")
			case key == "Rss" && !ofMap:
				kb, _ := strconv.ParseUint(strings.Fields(value)[0], 10, 64)
				out[i] += kb << 10
			}
		}
	}
	return out
}

func total(sizes []uint64) (n uint64) {
	for _, s := range sizes {
		n += s
	}
	return n
}
