package gate

import (
	"os"
	"runtime"
	"slices"
	"testing"

	"github.com/cilium/ebpf"
	"golang.org/x/sys/unix"
)

// asked skips what takes long and proves nothing by itself.
func asked(t *testing.T) {
	t.Helper()
	if os.Getenv("ABRI_FIGURES") == "" {
		t.Skip("measures only: ABRI_FIGURES=1, or make bench-gate")
	}
	privileged(t)
}

// measuring is asked, and keeps the test on one processor, before all else that would run there: what another's turn leaves in the
// caches is no cost of ours.
func measuring(t *testing.T) {
	t.Helper()
	asked(t)
	runtime.LockOSThread()
	t.Cleanup(runtime.UnlockOSThread)
	var before, one unix.CPUSet
	fatal(t, unix.SchedGetaffinity(0, &before))
	last := runtime.NumCPU() - 1
	one.Set(last)
	fatal(t, unix.SchedSetaffinity(0, &one))
	t.Cleanup(func() { unix.SchedSetaffinity(0, &before) })
	fatal(t, unix.SchedSetAttr(0, &unix.SchedAttr{Size: unix.SizeofSchedAttr, Policy: unix.SCHED_FIFO, Priority: 1}, 0))
	t.Cleanup(func() {
		unix.SchedSetAttr(0, &unix.SchedAttr{Size: unix.SizeofSchedAttr, Policy: unix.SCHED_NORMAL}, 0)
	})
	t.Logf("on processor %d of %d", last, runtime.NumCPU())
}

// figure is one thing measured: the time of one packet, in ns, a call.
type figure struct {
	name  string
	once  func() float64
	ns    []float64
	reach float64 // ns; 0 where nothing was promised
}

// inTurns takes a sample of each in turn, so that what else the machine does falls on all alike, and prints medians; the
// first figure is the yardstick of the others.
func inTurns(t *testing.T, rounds int, all []*figure) {
	t.Helper()
	for range rounds {
		for _, f := range all {
			f.ns = append(f.ns, f.once())
		}
	}
	for _, f := range all {
		f.print(t, all[0].median())
	}
}

func (f *figure) median() float64 {
	s := slices.Sorted(slices.Values(f.ns))
	return s[len(s)/2]
}

func (f *figure) print(t *testing.T, bare float64) {
	t.Helper()
	s := slices.Sorted(slices.Values(f.ns))
	verdict := ""
	if f.reach > 0 {
		verdict = map[bool]string{true: "reached", false: "MISSED"}[f.median() <= f.reach]
	}
	t.Logf("%-44s median %6.0f ns  best %6.0f  worst %6.0f  ×%.1f bare  reach %4.0f %s", f.name, f.median(), s[0], s[len(s)-1], f.median()/bare, f.reach, verdict)
}

// repeated is the kernel's own time of a packet (BPF_PROG_TEST_RUN).
func repeated(t *testing.T, program *ebpf.Program, data []byte, times int) func() float64 {
	return func() float64 {
		_, took, err := program.Benchmark(data, times, nil)
		fatal(t, err)
		return float64(took.Nanoseconds())
	}
}

func newBare(t *testing.T) *ebpf.Program {
	t.Helper()
	p, err := ebpf.NewProgram(bareXDP)
	fatal(t, err)
	t.Cleanup(func() { p.Close() })
	return p
}
