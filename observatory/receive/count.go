package receive

import (
	"slices"
	"strconv"

	"abri.example/abri/fleet"
)

// Counts are what a desk has done since it began.
type Counts struct {
	Reports uint64                  // kept
	Attacks uint64                  // rows of these
	Refused map[fleet.Reason]uint64 // by reason; every reason is there
}

// Counts gives the counts of this moment.
func (d *Desk) Counts() Counts {
	c := Counts{Reports: d.reports.Load(), Attacks: d.attacks.Load(), Refused: map[fleet.Reason]uint64{}}
	for i, r := range fleet.Reasons {
		c.Refused[r] = d.refused[i].Load()
	}
	return c
}

func (d *Desk) count(why fleet.Reason) {
	if i := slices.Index(fleet.Reasons, why); i >= 0 {
		d.refused[i].Add(1)
	}
}

func itoa(n int) string { return strconv.Itoa(n) }
