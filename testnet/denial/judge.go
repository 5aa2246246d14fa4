package main

import (
	"fmt"
	"io"
	"strings"
	"time"
)

// What is promised of Abri: the least share of calm, the most visitors hurt, and how soon it is told.
const (
	reach    = 0.9
	mostHurt = 0.01
	soon     = 2 * time.Second
)

// promise is what a row may keep or not.
type promise struct {
	what string
	kept bool
}

// promises are those that hold for any defence, and, of the one that tells, that it told in time.
func (r row) promises() []promise {
	all := []promise{
		{"goodput", share(r.got.goodput, r.calm.goodput) >= reach},
		{"set-ups", share(r.got.setups, r.calm.setups) >= reach},
		{"hurt", r.got.hurt <= r.calm.hurt+mostHurt},
	}
	if r.defence == teller {
		all = append(all, promise{"told", r.got.told.after > 0 && r.got.told.after <= soon})
	}
	return all
}

// teller is the defence that says what it stands against.
const teller = "abri"

const allHeld = "held"

// judge says whether the promises are kept, and which not.
func (r row) judge() string {
	var missed []string
	for _, p := range r.promises() {
		if !p.kept {
			missed = append(missed, p.what)
		}
	}
	if missed == nil {
		return allHeld
	}
	return "missed: " + strings.Join(missed, ", ")
}

// sum says of how many floods a defence kept what, and how many packets a second it met at most.
func (b *bench) sum(out io.Writer, defence string) {
	n, held, most := 0, 0, 0.0
	var names []string
	kept := map[string]int{}
	for _, r := range b.rows {
		if r.defence != defence || r.got.err != nil {
			continue
		}
		n, most = n+1, max(most, r.got.offered)
		if r.judge() == allHeld {
			held++
		}
		names = names[:0]
		for _, p := range r.promises() {
			names = append(names, p.what)
			if p.kept {
				kept[p.what]++
			}
		}
	}
	if n == 0 {
		return
	}
	for i, name := range names {
		names[i] = fmt.Sprintf("%s in %d", name, kept[name])
	}
	fmt.Fprintf(out, "%s: of %d floods of up to %.0f k/s, all held in %d (%s)\n", defence, n, most/1000, held, strings.Join(names, ", "))
}
