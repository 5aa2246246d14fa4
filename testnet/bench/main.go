// Command bench prints the figures of Abri that were promised, each beside a yardstick of the same run, so that a slow
// machine is not taken for a slow program. It judges nothing: whether a figure is good is for whoever reads the table.
//
// It is run by `make bench`. Its networks, mounts and files are its own, and it takes them away again.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
)

// bench is one run.
type bench struct {
	ctx     context.Context
	program string // the abri to measure
	packets int    // of a capture
	sources int    // forged ones
	folder  string // for captures and lists
	only    string // how the name of the one part begins that is measured; empty for all
	table   table
}

// parts are what is measured, in the order of the table.
var parts = []struct {
	name    string
	measure func(*bench) error
}{
	{"replay", (*bench).replay},
	{"detectors", (*bench).detectors},
	{"lists, in one process", (*bench).load},
	{"lists and memory, in a running box", (*bench).box},
	{"names and memory, in a running box", (*bench).names},
}

func main() {
	var b bench
	flag.StringVar(&b.program, "abri", "./bin/abri", "the abri `program` to measure")
	flag.IntVar(&b.packets, "packets", 1_000_000, "packets of a capture")
	flag.IntVar(&b.sources, "sources", forgedSources, "forged sources")
	only := flag.String("only", "", "measure the `part` alone whose name begins so")
	flag.Parse()
	b.only = *only
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	b.ctx = ctx
	if err := b.run(); err != nil {
		complain(err.Error())
		os.Exit(1)
	}
}

func complain(line string) { fmt.Fprintln(os.Stderr, "bench:", line) }

// run measures every part, prints what there is, and gives the errors of the parts that could not be measured.
func (b *bench) run() error {
	if _, err := os.Stat(b.program); err != nil {
		return fmt.Errorf("the program to measure is not there: %w (build it: make build, or name it with -abri)", err)
	}
	sweepFolders()
	var err error
	if b.folder, err = newFolder(); err != nil {
		return err
	}
	defer os.RemoveAll(b.folder)
	var errs []error
	for _, p := range parts {
		if b.ctx.Err() != nil {
			break
		}
		if !strings.HasPrefix(p.name, b.only) {
			continue
		}
		complain("measuring " + p.name)
		if err := p.measure(b); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", p.name, err))
		}
	}
	b.table.print(os.Stdout)
	return errors.Join(append(errs, b.ctx.Err())...)
}
