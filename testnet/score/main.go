// Command score has real mail and telephone programs attacked, and used, in networks of its own, and says what share of
// the attacks the box sees and how often it cries wolf.
//
//	go run ./testnet/score [-part mail|telephone] [-v]
//
// Every session is real: a real client or tool speaks with a real server, and a tap between them keeps each frame. Only
// the pauses between sessions are set, so that a day need not last one; within a session the clock is the wall's. What
// was kept is judged as `abri replay` judges a capture. It exits with 1 when a bar is missed.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"text/tabwriter"

	"abri.example/abri"
)

// The bars: every attack is seen, and nobody honest is told of.
const (
	leastRecall = 1.0
	mostFalse   = 0
)

// outcome is what came of one scenario.
type outcome struct {
	part, name string
	sessions   int
	want       abri.Kind // "" is honest
	found      []abri.Kind
	err        error
}

// good reports whether the scenario came out as wanted.
func (o outcome) good() bool {
	if o.want == "" {
		return o.err == nil && len(o.found) == 0
	}
	return o.err == nil && slices.Equal(o.found, []abri.Kind{o.want})
}

// parts are what can be scored; each says what it lacks when its servers are not there (*abri.Error, CodeUnsupported).
var parts = []struct {
	name  string
	score func(ctx context.Context, only string) ([]outcome, error)
}{
	{"mail", scoreMail},
	{"telephone", scoreTelephone},
}

func main() {
	part := flag.String("part", "", "only this part")
	only := flag.String("only", "", "only scenarios whose name holds this")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	failed := false
	for _, p := range parts {
		if *part != "" && *part != p.name {
			continue
		}
		outcomes, err := p.score(ctx, *only)
		if abri.CodeOf(err) == abri.CodeUnsupported {
			fmt.Printf("%s: skipped: %v\n", p.name, err)
			continue
		}
		failed = !report(p.name, outcomes) || err != nil || failed
		if err != nil {
			complain(p.name + " " + err.Error())
		}
	}
	if failed || ctx.Err() != nil {
		os.Exit(1)
	}
}

func complain(line string) { fmt.Fprintln(os.Stderr, "score:", line) }

// report prints a part and reports whether its bars are met.
func report(part string, outcomes []outcome) bool {
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "%s\tsessions\twanted\tfound\t\n", strings.ToUpper(part))
	var attacks, seen, honest, wolf int
	var errs []error
	for _, o := range outcomes {
		word := "ok"
		if !o.good() {
			word = "WRONG"
		}
		if o.want == "" {
			honest++
			wolf += len(o.found)
		} else if attacks++; o.good() {
			seen++
		}
		fmt.Fprintf(w, "%s\t%d\t%s\t%s\t%s\n", o.name, o.sessions, orNone(o.want), kinds(o.found), word)
		if o.err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", o.name, o.err))
		}
	}
	w.Flush()
	fmt.Printf("%s: recall %d of %d, false alarms %d in %d honest scenarios\n", part, seen, attacks, wolf, honest)
	if err := errors.Join(errs...); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return false
	}
	return float64(seen) >= leastRecall*float64(attacks) && wolf <= mostFalse
}

func orNone(k abri.Kind) string {
	if k == "" {
		return "nothing"
	}
	return string(k)
}

func kinds(found []abri.Kind) string {
	if len(found) == 0 {
		return "nothing"
	}
	words := make([]string, len(found))
	for i, k := range found {
		words[i] = string(k)
	}
	return strings.Join(words, " ")
}
