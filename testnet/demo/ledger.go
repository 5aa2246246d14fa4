package main

import (
	"errors"
	"fmt"
	"io"
	"text/tabwriter"
)

// ledger is every check that was made, those of the same name together, in the order of their first time.
type ledger struct {
	checks []*check
}

type check struct {
	name, wanted string
	times, wrong int
}

func (l *ledger) add(name, wanted string, right bool) {
	c := l.find(name, wanted)
	c.times++
	if !right {
		c.wrong++
	}
}

func (l *ledger) find(name, wanted string) *check {
	for _, c := range l.checks {
		if c.name == name && c.wanted == wanted {
			return c
		}
	}
	c := &check{name: name, wanted: wanted}
	l.checks = append(l.checks, c)
	return c
}

// print writes the summary table.
func (l *ledger) print(out io.Writer) {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "\nwhat\twanted\ttimes\twrong")
	for _, c := range l.checks {
		fmt.Fprintf(w, "%s\t%s\t%d\t%d\n", c.name, c.wanted, c.times, c.wrong)
	}
	w.Flush()
}

// verdict is nil when everything was right.
func (l *ledger) verdict() error {
	var errs []error
	for _, c := range l.checks {
		if c.wrong > 0 {
			errs = append(errs, fmt.Errorf("%s: not %s, %d times of %d", c.name, c.wanted, c.wrong, c.times))
		}
	}
	return errors.Join(errs...)
}
