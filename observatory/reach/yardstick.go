package main

import (
	"crypto/sha256"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"
)

func databases(s string) []string { return strings.Split(s, ",") }

// yardstick says what this machine can do at this moment: hashing on one processor, syncing to its disk, and how many
// others want its processors.
func yardstick() string {
	block := make([]byte, 1<<20)
	began, n := time.Now(), 0
	for time.Since(began) < 300*time.Millisecond {
		sha256.Sum256(block)
		n++
	}
	hash := float64(n) / time.Since(began).Seconds()
	syncs, err := syncing()
	load, _ := os.ReadFile("/proc/loadavg")
	if err != nil {
		return fmt.Sprintf("yardstick: %v", err)
	}
	return fmt.Sprintf("yardstick: %d processors, SHA-256 %.0f MB/s on one, %.0f syncs to the disk a second, load %s", runtime.NumCPU(), hash, syncs, strings.Join(strings.Fields(string(load))[:1], " "))
}

// syncing is how many small writes a second reach the disk.
func syncing() (float64, error) {
	f, err := os.CreateTemp("", "abri-sync-")
	if err != nil {
		return 0, err
	}
	defer os.Remove(f.Name())
	defer f.Close()
	began, n := time.Now(), 0
	for ; time.Since(began) < 500*time.Millisecond; n++ {
		if _, err := f.Write(make([]byte, 4096)); err != nil {
			return 0, err
		}
		if err := f.Sync(); err != nil {
			return 0, err
		}
	}
	return float64(n) / time.Since(began).Seconds(), nil
}

// quantiles are the median, 95 %, 99 % and the worst.
func quantiles(all []time.Duration) string {
	if len(all) == 0 {
		return "nothing was measured"
	}
	slices.Sort(all)
	at := func(q float64) time.Duration {
		return all[min(len(all)-1, int(q*float64(len(all))))].Round(100 * time.Microsecond)
	}
	return fmt.Sprintf("p50 %s, p95 %s, p99 %s, worst %s", at(0.5), at(0.95), at(0.99), at(1))
}
