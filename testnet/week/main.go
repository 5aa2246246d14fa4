// Command week lets a week of a town hall go by that nobody attacks, thirty PCs and all that the Internet does to anybody,
// past a box whose every rule acts, and prints what the box makes of it: how many false attacks, how many banned, how many
// conversations cut. It is run by `make week`; ends with 1 when there is more than one false attack, or anybody stopped.
//
// Nothing is sent: the packets are made in memory, and time is the week's own, so that each run is the same.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"abri.example/abri"
)

// monday is when the week begins.
var monday = time.Date(2026, 3, 9, 0, 0, 0, 0, time.UTC)

// mostFalse is how many false attacks a week may have. Nobody may be stopped.
const mostFalse = 1

func main() {
	days := flag.Int("days", 21, "how many days go by; the box learns habits in the first seven")
	flag.Parse()
	begun := time.Now()
	t, err := newTown(monday)
	if err != nil {
		fmt.Fprintln(os.Stderr, "week:", err)
		os.Exit(2)
	}
	t.pass(*days)
	if !t.tell(os.Stdout, *days, time.Since(begun)) {
		os.Exit(1)
	}
}

// tell prints what the box made of the days, and reports whether it is as promised.
func (t *town) tell(out io.Writer, days int, took time.Duration) bool {
	fmt.Fprintf(out, "%d days of a town hall, %d packets, in %s; every rule acts from the first minute\n", days, t.packets, took.Round(time.Second))
	fmt.Fprintf(out, "false attacks: %d, in the worst week %d (at most %d)\nbanned: %d (none)\nconversations cut: %d (none)\nlone knocks, noise: %d\n",
		len(t.attacks), t.worst(), mostFalse, len(t.bans), len(t.blocks), t.noise())
	for _, a := range t.told() {
		fmt.Fprintf(out, "  %s %s of %s and %s, %d times: %s\n", a.First.Format("Mon 15:04"), a.Kind, a.Outside, a.Inside, a.Attempts, a.Why.Sentence(abri.English))
	}
	for _, all := range [][]string{t.bans, t.blocks} {
		for _, s := range all {
			fmt.Fprintln(out, "  stopped:", s)
		}
	}
	return t.worst() <= mostFalse && len(t.bans) == 0 && len(t.blocks) == 0 && t.noise() > 0
}

// worst is how many false attacks began in the week that had most.
func (t *town) worst() int {
	weeks := map[int]int{}
	for _, a := range t.attacks {
		weeks[int(a.First.Sub(t.begins)/(7*24*time.Hour))]++
	}
	most := 0
	for _, n := range weeks {
		most = max(most, n)
	}
	return most
}

// told are the attacks in the order in which they began.
func (t *town) told() []abri.Attack {
	var all []abri.Attack
	for _, a := range t.attacks {
		all = append(all, a)
	}
	slices.SortFunc(all, func(a, b abri.Attack) int { return a.First.Compare(b.First) })
	return all
}

// noise is how many lone knocks and the like were seen: without any, nothing was looked at.
func (t *town) noise() (n uint64) {
	for at := t.begins; at.Before(t.now); at = at.AddDate(0, 0, 1) {
		n += t.counter.Noise(abri.DayOf(at, time.UTC))
	}
	return n
}
