// Command reach measures how far an observatory reaches, on this machine, each figure beside a yardstick of the same run:
//
//	durable   reports of 20 rows a second over client certificates, and how long each waits for its answer
//	storm     boxes that come back after an outage, each with a full handshake and a backlog: none lost, pages meanwhile
//	pages     overview, map and one site's year over many sites and rows, with a cold cache
//	idle      memory of an observatory that nobody asks
//
// The observatory is the real program in a process of its own; clients share the machine with it. It is run by
// `make bench-observatory` and never ships. ABRI_REACH=short has it measure a tenth of all, and a fiftieth of the rows.
// ABRI_REACH_KEEP names a folder for what lies under the pages: it is made once, goes on where it was interrupted, and is
// used again.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"abri.example/abri/observatory/ledger/ledgertest"
	"abri.example/abri/testnet/stage"
)

// settings are the command line.
type settings struct {
	program  string
	boxes    int
	seconds  int
	rate     float64
	within   time.Duration
	rows     int
	database string
	keep     string
	only     string
}

func main() {
	var s settings
	of := settings{boxes: 35_000, seconds: 20, within: time.Minute, rows: 50_000_000}
	if os.Getenv("ABRI_REACH") == "short" {
		of = settings{boxes: 3_500, seconds: 5, within: 6 * time.Second, rows: 1_000_000}
	}
	flag.StringVar(&s.program, "observatory", "bin/abri-observatory", "the `program` to measure")
	flag.IntVar(&s.boxes, "boxes", of.boxes, "how many sites there are, and how many boxes come back")
	flag.IntVar(&s.seconds, "seconds", of.seconds, "how long durable reports are sent")
	flag.Float64Var(&s.rate, "rate", 2000, "reports a second that are sent")
	flag.DurationVar(&s.within, "within", of.within, "the time in which all boxes come back")
	flag.IntVar(&s.rows, "rows", of.rows, "rollup rows under the pages")
	flag.StringVar(&s.database, "on", "sqlite,postgres", "which databases")
	flag.StringVar(&s.keep, "keep", os.Getenv("ABRI_REACH_KEEP"), "a `folder` in which what lies under the pages stays")
	flag.StringVar(&s.only, "only", "", "reports or pages; both without")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := measure(ctx, s); err != nil {
		complain(err.Error())
		os.Exit(1)
	}
}

func complain(line string) { fmt.Fprintln(os.Stderr, "reach:", line) }

func measure(ctx context.Context, s settings) error {
	fmt.Println(yardstick())
	var errs []error
	for _, kind := range databases(s.database) {
		if s.only != "pages" {
			errs = append(errs, stage.Play(complain, func(st *stage.Stage) error { return reports(ctx, s, st, kind) }))
		}
		if s.only != "reports" {
			errs = append(errs, stage.Play(complain, func(st *stage.Stage) error { return pages(ctx, s, st, kind) }))
		}
	}
	return errors.Join(errs...)
}

// reports measures what boxes tell, on an empty database.
func reports(ctx context.Context, s settings, st *stage.Stage, kind string) error {
	dir, err := os.MkdirTemp("", "abri-reach-")
	if err != nil {
		return err
	}
	st.Cleanup(func() { os.RemoveAll(dir) })
	b := &bench{settings: s, Stage: st, kind: kind, data: filepath.Join(dir, "data")}
	if kind == "postgres" {
		var server string
		if server, b.postmaster, err = postgresIn(st, filepath.Join(dir, "postgres"), "shared_buffers=512MB", "max_wal_size=4GB", "synchronous_commit=on"); err != nil {
			return err
		}
		b.url = ledgertest.Database(st, server)
	}
	b.address = b.addressOf()
	return b.all(ctx)
}

// postgresIn starts a server in a folder.
func postgresIn(st *stage.Stage, dir string, more ...string) (string, int, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", 0, err
	}
	if err := os.Chmod(filepath.Dir(dir), 0o755); err != nil { // the server's account has to come by
		return "", 0, err
	}
	url, process := ledgertest.StartIn(st, dir, more...)
	return url, process, nil
}
