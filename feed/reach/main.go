// Command reach measures how far feed reaches on real lists: each parser's speed beside that of `grep -c .` on the same
// file, the time from the files of a whole folder to a set that the gate can load, and the memory of a million addresses
// with a million names, at rest and while one list is refreshed. It runs on one core.
//
//	go run ./feed/reach ../shared
package main

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"abri.example/abri/feed"
	"abri.example/abri/feed/guarded"
)

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: reach SHARED")
	}
	runtime.GOMAXPROCS(1)
	for _, part := range []func(string, io.Writer) error{parsers, folder, memory} {
		w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
		if err := part(os.Args[1], w); err != nil {
			log.Fatal(err)
		}
		fmt.Fprintln(w)
		w.Flush()
	}
}

// samples are a long file of each format that is published.
var samples = []string{
	"lists/romainmarcoux-in/full-aa.txt", "lists/ipsum/ipsum.txt", "lists/firehol/voipbl.netset", "domains/romainmarcoux/full-domains-aa.txt",
	"domains/urlhaus-filter/urlhaus-filter-ag-online.txt", "domains/urlhaus-filter/urlhaus-filter-hosts-online.txt",
	"domains/urlhaus-filter/urlhaus-filter-dnsmasq-online.conf", "domains/urlhaus-filter/urlhaus-filter-unbound-online.conf",
	"domains/urlhaus-filter/urlhaus-filter-bind-online.conf", "domains/urlhaus-filter/urlhaus-filter-rpz-online.conf",
	"domains/urlhaus-filter/urlhaus-filter-splunk-online.csv", "domains/urlhaus-filter/urlhaus-filter-suricata-online.rules",
	"domains/urlhaus-filter/urlhaus-filter-online.tpl", "domains/ut1/phishing/urls", "tls/sslbl-ja3/ja3_fingerprints.csv",
}

// parsers prints the speed of each parser, its file repeated to some megabytes so that grep's start does not count.
func parsers(shared string, w io.Writer) error {
	fmt.Fprintln(w, "format\tfile\tMB\tfeed MB/s\tgrep -c . MB/s\tentries\trefused")
	for _, sample := range samples {
		text, err := os.ReadFile(filepath.Join(shared, sample))
		if err != nil {
			return err
		}
		if len(text) == 0 {
			return fmt.Errorf("%s is empty", sample)
		}
		text = bytes.Repeat(text, 1+(8<<20)/len(text))
		var list *feed.List
		ours, err := fastest(func() error {
			list, err = guarded.Default().Parse(bytes.NewReader(text), feed.Info{Name: sample})
			return err
		})
		if err != nil {
			return err
		}
		theirs, err := grep(text)
		if err != nil {
			return err
		}
		mb := float64(len(text)) / 1e6
		refused, _ := list.Refused()
		fmt.Fprintf(w, "%s\t%s\t%.0f\t%.0f\t%.0f\t%d\t%d\n", list.Info().Format, filepath.Base(sample), mb, mb/ours.Seconds(), mb/theirs.Seconds(), list.Len(), refused)
	}
	return nil
}

// fastest is the best of three, since other work on the machine only ever makes it slower.
func fastest(do func() error) (time.Duration, error) {
	var times []time.Duration
	for range 3 {
		began := time.Now()
		if err := do(); err != nil {
			return 0, err
		}
		times = append(times, time.Since(began))
	}
	return slices.Min(times), nil
}

func grep(text []byte) (time.Duration, error) {
	f, err := os.CreateTemp("", "reach")
	if err != nil {
		return 0, err
	}
	defer os.Remove(f.Name())
	if _, err := f.Write(text); err != nil {
		return 0, err
	}
	if err := f.Close(); err != nil {
		return 0, err
	}
	return fastest(func() error { return exec.Command("grep", "-c", ".", f.Name()).Run() })
}

// folder prints how long it takes from the files of all published lists of addresses to what the gate loads.
func folder(shared string, w io.Writer) error {
	var files []string
	err := filepath.WalkDir(filepath.Join(shared, "lists"), func(path string, d fs.DirEntry, err error) error {
		name := filepath.Base(path)
		if err == nil && !d.IsDir() && !slices.Contains([]string{"SOURCE.txt", "LICENSE", "README.md", "Last-Checked-At", "asn_drop.json"}, name) {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		return err
	}
	var set *feed.Set
	var read, merge time.Duration
	total, err := fastest(func() error {
		began := time.Now()
		var lists []*feed.List
		for _, file := range files {
			l, err := parseFile(file)
			if err != nil {
				return err
			}
			lists = append(lists, l)
		}
		read = time.Since(began)
		began = time.Now()
		set = feed.Merge(lists, nil)
		_, _ = set.V4(), set.V6()
		merge = time.Since(began)
		return nil
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "all of lists/\t%d files\t%d prefixes\n", len(files), set.Len())
	fmt.Fprintf(w, "files to gate form\t%.2f s\tlast run: read %.2f s, merge %.2f s\n", total.Seconds(), read.Seconds(), merge.Seconds())
	if path, err := exec.LookPath("iprange"); err == nil {
		theirs, err := fastest(func() error { return exec.Command(path, files...).Run() })
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "firehol's iprange\t%.2f s\tIPv4 only, no provenance\n", theirs.Seconds())
	} else {
		fmt.Fprintln(w, "firehol's iprange\tnot installed\t")
	}
	return nil
}

func parseFile(file string) (*feed.List, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return guarded.Default().Parse(f, feed.Info{Name: strings.TrimSuffix(filepath.Base(file), filepath.Ext(file))})
}
