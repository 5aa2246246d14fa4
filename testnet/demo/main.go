// Command demo shows the product's main job on one machine: a town hall, the Internet with its criminals, and between
// them the real `abri run`. It makes its network and its files, tells what happens, checks every exchange at both ends,
// and takes everything away again.
//
// It is run by `make demo`, builds nothing, and reaches nothing outside the machine.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"abri.example/abri/testnet"
	"abri.example/abri/testnet/stage"
)

// Exit codes: done and right; something passed or stopped wrongly, or could not be built; it cannot run here.
const (
	exitRight = iota
	exitWrong
	exitCannot
)

// settings are the command line.
type settings struct {
	program string        // the abri to show
	centre  string        // the abri-observatory to show; "" for none
	towns   int           // how many town halls the observatory joins, the first among them
	pages   string        // where the machine's own browser finds the observatory's pages
	lasting time.Duration // 0: until Ctrl-C
	listen  string        // where the machine's own browser finds the page
	lag     time.Duration // how long the page may be behind what happened
}

func main() {
	s := settings{lag: 15 * time.Second}
	var seconds int
	flag.StringVar(&s.program, "abri", "./bin/abri", "the abri `program` to show")
	flag.StringVar(&s.centre, "observatory", "", "the abri-observatory `program` to show; without it there is one town hall and no observatory")
	flag.IntVar(&s.towns, "towns", 4, "how many town halls the observatory joins")
	flag.StringVar(&s.pages, "pages", "127.0.0.1:8090", "`address` of this machine where the observatory's pages are shown")
	flag.IntVar(&seconds, "seconds", 0, "end after that many seconds; 0 is at Ctrl-C")
	flag.StringVar(&s.listen, "listen", "127.0.0.1:8080", "`address` of this machine where the page is shown")
	flag.Parse()
	s.lasting = time.Duration(seconds) * time.Second
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	os.Exit(run(ctx, s, os.Stdout, os.Stderr))
}

func run(ctx context.Context, s settings, out, errs io.Writer) int {
	if err := possible(s); err != nil {
		fmt.Fprintf(errs, "demo: %v\n\nThe demonstration needs root, to make network namespaces and to load the filter.\n"+
			"Without root, the same judgement of a capture file:  %s replay FILE.pcap\n", err, s.program)
		return exitCannot
	}
	t := newTeller(out)
	err := stage.Play(t.note, func(st *stage.Stage) error { return perform(ctx, s, t, st) })
	switch {
	case err == nil:
		return exitRight
	case errors.Is(err, context.Canceled) && ctx.Err() != nil:
		t.say("Interrompu avant la fin : rien n'est prouvé.", "Interrupted before the end: nothing is proven.")
		if s.lasting == 0 { // the person who watches has seen enough; a run that should end by itself was to prove something
			return exitRight
		}
		return exitWrong
	}
	fmt.Fprintf(errs, "\ndemo: %v\n", err)
	return exitWrong
}

// possible reports why the demonstration cannot run here.
func possible(s settings) error {
	if err := testnet.Possible(); err != nil {
		return err
	}
	if _, err := os.Stat(s.program); err != nil {
		return fmt.Errorf("the program to show is not there: %w (build it: make bin/abri, or name it with -abri)", err)
	}
	return nil
}
