package main

import (
	"fmt"
	"io"
	"runtime"
	"slices"
	"text/tabwriter"
	"time"

	"golang.org/x/sys/unix"
)

// table is what is printed at the end: a figure, what was promised of it, and what the same machine does beside it.
type table struct {
	rows [][4]string
}

// add puts a figure into the table. No bar is "".
func (t *table) add(figure, measured, bar, yardstick string) {
	t.rows = append(t.rows, [4]string{figure, measured, bar, yardstick})
}

// without notes that a figure could not be measured here, and why.
func (t *table) without(figure string, why error) { t.add(figure, "not measured", "", why.Error()) }

func (t *table) print(out io.Writer) {
	fmt.Fprintf(out, "%d cores, %s, %s; the median of the runs in brackets\n\n", runtime.NumCPU(), kernel(), runtime.Version())
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "figure\tmeasured\tbar\tbeside it, in the same run")
	for _, r := range t.rows {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", r[0], r[1], r[2], r[3])
	}
	w.Flush()
}

func kernel() string {
	var u unix.Utsname
	if unix.Uname(&u) != nil {
		return "an unknown kernel"
	}
	return "kernel " + unix.ByteSliceToString(u.Release[:])
}

// runs is the times that several runs took.
type runs []time.Duration

// timed runs f so many times. What f gives is not counted.
func timed(times int, f func() error) (runs, error) {
	var all runs
	for range times {
		begun := time.Now()
		if err := f(); err != nil {
			return nil, err
		}
		all = append(all, time.Since(begun))
	}
	return all, nil
}

func (r runs) median() time.Duration {
	sorted := slices.Sorted(slices.Values(r))
	return sorted[len(sorted)/2]
}

// String is the median with its number of runs.
func (r runs) String() string { return fmt.Sprintf("%s [%d]", short(r.median()), len(r)) }

// rate is so many things in the median time, a second.
func (r runs) rate(things int) string {
	return fmt.Sprintf("%.2f M/s [%d]", float64(things)/r.median().Seconds()/1e6, len(r))
}

func short(d time.Duration) string {
	if d < 10*time.Second {
		return d.Round(time.Millisecond).String()
	}
	return d.Round(100 * time.Millisecond).String()
}

func megabytes(n uint64) string { return fmt.Sprintf("%.1f MB", float64(n)/1e6) }
