package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"abri.example/abri/feed"
)

// firewallPatience is how long the machine's own firewall may take.
const firewallPatience = 5 * time.Minute

// firewall is how long nft takes for the same prefixes, from a file, in a network of its own.
func (b *bench) firewall(s *scene, set *feed.Set) string {
	if _, err := exec.LookPath("nft"); err != nil {
		return "nft is not installed"
	}
	name := filepath.Join(b.folder, "rules.nft")
	if err := writeRules(name, set); err != nil {
		return "nft: " + err.Error()
	}
	ctx, cancel := context.WithTimeout(b.ctx, firewallPatience)
	defer cancel()
	before := kernelMemory()
	took, err := timed(1, func() error {
		return s.box.Do(func() error { return exec.CommandContext(ctx, "nft", "-f", name).Run() })
	})
	after := kernelMemory()
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return fmt.Sprintf("nft -f of the same: more than %s", firewallPatience)
	}
	if err != nil {
		return "nft -f of the same: " + err.Error()
	}
	return fmt.Sprintf("nft -f of the same: %s, and %s of kernel memory", took, megabytes(after-min(before, after)))
}

// kernelMemory is what the kernel holds for itself and cannot give back, as far as it counts it (proc(5), meminfo).
func kernelMemory() (bytes uint64) {
	text, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(text)) {
		var kB uint64
		for _, what := range []string{"SUnreclaim", "VmallocUsed"} {
			if n, _ := fmt.Sscanf(line, what+": %d kB", &kB); n == 1 {
				bytes += kB << 10
			}
		}
	}
	return bytes
}

// writeRules writes the prefixes as two interval sets that a rule drops, the usual way.
func writeRules(name string, set *feed.Set) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	defer f.Close()
	w := bufio.NewWriter(f)
	fmt.Fprint(w, "table inet bench {\n")
	fmt.Fprint(w, "set v4 { type ipv4_addr; flags interval; elements = {\n")
	for _, key := range set.V4() {
		a := uint32(key >> 8)
		fmt.Fprintf(w, "%d.%d.%d.%d/%d,\n", byte(a>>24), byte(a>>16), byte(a>>8), byte(a), byte(key))
	}
	fmt.Fprint(w, "} }\nset v6 { type ipv6_addr; flags interval; elements = {\n")
	for _, p := range set.V6() {
		fmt.Fprintf(w, "%s,\n", p.Prefix())
	}
	fmt.Fprint(w, "} }\nchain c { type filter hook prerouting priority -300; ip saddr @v4 drop; ip6 saddr @v6 drop; }\n}\n")
	return w.Flush()
}

// lines is how long it takes to count the lines of the files: reading them, and looking at each byte.
func (b *bench) lines(names ...string) string {
	took, err := timed(3, func() error { return exec.CommandContext(b.ctx, "wc", append([]string{"-l"}, names...)...).Run() })
	if err != nil {
		return err.Error()
	}
	return took.String()
}
