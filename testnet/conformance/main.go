// Command conformance compares the names and fingerprints that Abri reads from captures with what other tools say of
// the same captures: FoxIO's JA4 and Arkime.
//
//	go run ./testnet/conformance [-shared ../shared] [-explained docs/conformance.md]
//
// It prints, for each sort of thing, how many are expected, equal, missing and different, and each difference with the
// reason that the table in docs/conformance.md gives. It exits with 1 when a difference has no reason there, when a
// reason is no longer needed, or when of some sort fewer than 99 % are equal.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"text/tabwriter"

	"abri.example/abri/box/replay"
	"abri.example/abri/names"
)

func main() {
	shared := flag.String("shared", "../shared", "the folder that holds peers/")
	table := flag.String("explained", "docs/conformance.md", "the table of differences and their reasons")
	flag.Parse()
	if s := os.Getenv("ABRI_SHARED"); s != "" {
		*shared = s
	}
	good, err := run(filepath.Join(*shared, "peers"), *table)
	if errors.Is(err, fs.ErrNotExist) {
		fmt.Println("conformance: skipped, the other tools' captures are not here:", err)
		return
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "conformance:", err)
	}
	if err != nil || !good {
		os.Exit(1)
	}
}

// run compares every capture, prints what came of it, and reports whether all is well.
func run(peers, table string) (bool, error) {
	reasons, err := readReasons(table)
	if err != nil {
		return false, err
	}
	captures, err := expectations(peers)
	if err != nil {
		return false, err
	}
	counts := map[sort]*tally{}
	var all []difference
	for _, c := range captures {
		found, err := read(c.path)
		if err != nil {
			fmt.Printf("%s: %v\n", c.name, err)
		}
		all = append(all, compare(c, found, reasons, counts)...)
	}
	good := print(counts)
	for _, d := range all {
		reason, ok := reasons.of(d.capture, d.sort)
		if !ok {
			reason, good = "NOT EXPLAINED", false
		}
		fmt.Printf("%s, %s: %s, %s: %s\n", d.capture, d.sort, d.flow, d.said, reason)
	}
	for _, r := range reasons.unused() {
		fmt.Printf("%s: the table explains %s, where there is no difference\n", table, r)
		good = false
	}
	return good, nil
}

// read gives the names of a capture. A capture that is cut gives those before the cut, and its error.
func read(path string) ([]names.Line, error) {
	var all []names.Line
	_, err := replay.Run(context.Background(), []string{path}, replay.Options{Named: func(s *names.Sighting) { all = append(all, s.Line()) }})
	return all, err
}

// print prints the counts, and reports whether enough are equal.
func print(counts map[sort]*tally) bool {
	good := true
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "\texpected\tequal\tmissing\tdifferent\tout of scope\tequal, %\t")
	for _, s := range sorts {
		t := counts[s]
		if t == nil {
			t = &tally{}
		}
		share := 100 * float64(t.equal) / float64(max(t.expected, 1))
		good = good && share >= 99
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t%d\t%.1f\t\n", s, t.expected, t.equal, t.missing, t.different, t.outside, share)
	}
	w.Flush()
	return good
}
