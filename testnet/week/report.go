package main

import (
	"fmt"
	"io"
	"slices"
	"time"

	"abri.example/abri"
)

// mostFalse is how many false attacks a week may have. Nobody may be stopped.
const mostFalse = 1

// tell prints what the box made of the days, and reports whether it is as promised.
func (x *box) tell(out io.Writer, days int) bool {
	worst, noise := x.worst(), x.noise(days)
	fmt.Fprintf(out, "false attacks: %d, in the worst week %d (at most %d)\nbanned: %d (none)\nconversations cut: %d (none)\nlone knocks, noise: %d\n",
		len(x.attacks), worst, mostFalse, len(x.bans), len(x.blocks), noise)
	for _, a := range x.told() {
		fmt.Fprintf(out, "  %s %s of %s and %s, %d times: %s\n", a.First.Format("Mon 15:04"), a.Kind, a.Outside, a.Inside, a.Attempts, a.Why.Sentence(abri.English))
	}
	for _, all := range [][]string{x.bans, x.blocks} {
		for _, s := range all {
			fmt.Fprintln(out, "  stopped:", s)
		}
	}
	return worst <= mostFalse && len(x.bans) == 0 && len(x.blocks) == 0 && noise > 0
}

// worst is how many false attacks began in the week that had most.
func (x *box) worst() int {
	weeks, most := map[int]int{}, 0
	for _, a := range x.attacks {
		n := int(a.First.Sub(monday) / (7 * 24 * time.Hour))
		weeks[n]++
		most = max(most, weeks[n])
	}
	return most
}

// told are the attacks in the order in which they began.
func (x *box) told() []abri.Attack {
	var all []abri.Attack
	for _, a := range x.attacks {
		all = append(all, a)
	}
	slices.SortFunc(all, func(a, b abri.Attack) int { return a.First.Compare(b.First) })
	return all
}

// noise is how many lone knocks and the like were seen: without any, nothing was looked at.
func (x *box) noise(days int) (n uint64) {
	for day := range days + 1 {
		n += x.counter.Noise(abri.DayOf(monday.AddDate(0, 0, day), time.UTC))
	}
	return n
}
