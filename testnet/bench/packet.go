package main

import (
	"errors"
	"fmt"
	"os/exec"
	"regexp"

	"abri.example/abri/testnet"
)

// inKernel are the figures of the gate's own benchmark, each beside the bare program of the same kind.
var inKernel = []struct{ what, name, bare string }{
	{"a packet through the gate, IPv4, one frame again and again", "hot4", "bare"},
	{"a packet through the gate, IPv6, one frame again and again", "hot6", "bare"},
	{"a packet through the gate, IPv4, many frames", "random/v4", "random/bare"},
	{"a packet through the gate, IPv6, many frames", "random/v6", "random/bare"},
}

// packet runs the benchmark of package gate: the kernel's own time for a packet (BPF_PROG_TEST_RUN) over 1M IPv4 and 100k
// IPv6 prefixes, beside a program that passes everything.
func (b *bench) packet() error {
	if err := testnet.Possible(); err != nil {
		b.table.without("a packet through the gate", err)
		return nil
	}
	out, err := exec.CommandContext(b.ctx, "go", "test", "-run", "^$", "-bench", "^BenchmarkGate$", "-benchtime", "200000x", "abri.example/abri/gate").Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return fmt.Errorf("%w: %s%s", err, out, exit.Stderr)
	}
	if err != nil {
		return err
	}
	for _, f := range inKernel {
		b.table.add(f.what, nanoseconds(out, f.name), "", "bare XDP_PASS: "+nanoseconds(out, f.bare))
	}
	return nil
}

// nanoseconds is the figure of a sub-benchmark in what go test printed.
func nanoseconds(out []byte, name string) string {
	found := regexp.MustCompile(`(?m)^BenchmarkGate/` + name + `(?:-\d+)?\s.*?([\d.]+) ns/packet`).FindSubmatch(out)
	if found == nil {
		return "not told"
	}
	return string(found[1]) + " ns"
}
