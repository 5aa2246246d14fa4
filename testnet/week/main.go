// Command week lets weeks of a town hall go by that nobody attacks, thirty PCs and all that the Internet does to anybody,
// past a box whose every rule acts, and prints what the box makes of it: how many false attacks, how many banned, how many
// conversations cut. It is run by `make week`; ends with 1 when a week has more than one false attack, or anybody is stopped.
//
// The packets are made in memory, and time is the week's own, so that each run is the same. With -live they cross a real
// gate between two ports of a network of its own, and the box reads what the gate tells.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"time"

	"abri.example/abri/testnet"
	"abri.example/abri/testnet/live"
	"abri.example/abri/testnet/stage"
)

// monday is when the first week begins.
var monday = time.Date(2026, 3, 9, 0, 0, 0, 0, time.UTC)

func main() {
	days := flag.Int("days", 21, "how many days go by; the box learns habits in the first seven")
	through := flag.Bool("live", false, "send them through a real gate")
	flag.Parse()
	begun := time.Now()
	pass := past
	if *through {
		pass = across
	}
	x, packets, err := pass(*days)
	if err != nil {
		complain(err.Error())
		os.Exit(2)
	}
	fmt.Printf("%d days of a town hall, %d packets, in %s; every rule acts from the first minute\n", *days, packets, time.Since(begun).Round(time.Second))
	if !x.tell(os.Stdout, *days) {
		os.Exit(1)
	}
}

func complain(line string) { fmt.Fprintln(os.Stderr, "week:", line) }

// past lets days go by past a box in memory, and says how many packets that were.
func past(days int) (*box, int, error) {
	x, err := newBox(monday, false)
	if err != nil {
		return nil, 0, err
	}
	t := newTown(monday, x)
	t.pass(0, days*1440)
	return x, t.packets, nil
}

// across lets them go by through a gate.
func across(days int) (x *box, packets int, err error) {
	if err := testnet.Possible(); err != nil {
		return nil, 0, err
	}
	err = stage.Play(complain, func(s *stage.Stage) error {
		l, err := live.New(s)
		if err != nil {
			return err
		}
		x, packets, err = cross(context.Background(), l, func(t *town) { t.pass(0, days*1440) })
		return err
	})
	return x, packets, err
}
