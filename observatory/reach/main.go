// Command reach measures how far an observatory reaches, on this machine, each figure beside a yardstick of the same run:
//
//	durable   reports of 20 rows a second over client certificates, and how long each waits for its answer
//	storm     boxes that come back after an outage, each with a full handshake and a backlog: none lost, pages meanwhile
//	pages     overview, group and one site's year over many sites and rows, with a cold cache
//	idle      memory of an observatory that nobody asks
//
// The observatory is the real program in a process of its own; clients share the machine with it. It is run by
// `make bench-observatory` and never ships.
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
}

func main() {
	var s settings
	flag.StringVar(&s.program, "observatory", "bin/abri-observatory", "the `program` to measure")
	flag.IntVar(&s.boxes, "boxes", 35_000, "how many sites there are, and how many boxes come back")
	flag.IntVar(&s.seconds, "seconds", 20, "how long durable reports are sent")
	flag.Float64Var(&s.rate, "rate", 2000, "reports a second that are sent")
	flag.DurationVar(&s.within, "within", time.Minute, "the time in which all boxes come back")
	flag.IntVar(&s.rows, "rows", 50_000_000, "rollup rows under the pages")
	flag.StringVar(&s.database, "on", "sqlite,postgres", "which databases")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := measure(ctx, s); err != nil {
		fmt.Fprintln(os.Stderr, "reach:", err)
		os.Exit(1)
	}
}

// stage is the test's T for what is started here: it unwinds at the end.
type stage struct{ removals []func() }

// Cleanup registers a removal. Removals run in reverse order.
func (s *stage) Cleanup(f func()) { s.removals = append(s.removals, f) }

// Fatalf ends the measuring.
func (s *stage) Fatalf(form string, args ...any) { panic(failure{fmt.Errorf(form, args...)}) }

// Skipf ends the measuring of one database.
func (s *stage) Skipf(form string, args ...any) {
	panic(failure{fmt.Errorf("skipped: "+form, args...)})
}

type failure struct{ error }

// play runs act and takes away what it made.
func play(act func(*stage) error) (err error) {
	s := &stage{}
	defer func() {
		if r := recover(); r != nil {
			f, ok := r.(failure)
			if !ok {
				panic(r)
			}
			err = errors.Join(err, f)
		}
		for i := len(s.removals) - 1; i >= 0; i-- {
			s.removals[i]()
		}
	}()
	return act(s)
}

func measure(ctx context.Context, s settings) error {
	fmt.Println(yardstick())
	var errs []error
	for _, kind := range databases(s.database) {
		errs = append(errs, play(func(st *stage) error {
			dir, err := os.MkdirTemp("", "abri-reach-")
			if err != nil {
				return err
			}
			st.Cleanup(func() { os.RemoveAll(dir) })
			b := &bench{settings: s, stage: st, kind: kind, data: dir}
			if kind == "postgres" {
				b.url = ledgertest.Database(st, ledgertest.Server(st, "shared_buffers=512MB", "max_wal_size=4GB", "synchronous_commit=on"))
			}
			b.address = b.url
			if b.address == "" {
				b.address = filepath.Join(dir, "observatory.db")
			}
			return b.all(ctx)
		}))
	}
	return errors.Join(errs...)
}
