package main

import (
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"text/tabwriter"
	"time"
)

// row is one case behind one defence, beside the calm of the same scene.
type row struct {
	defence, what string
	slow          bool
	got, calm     figures
}

// What is promised of Abri: the least share of calm, the most visitors hurt, and how soon it is told.
const (
	reach    = 0.9
	mostHurt = 0.01
	soon     = 2 * time.Second
)

// print prints the table: shares are of the calm in the same scene, an Ethernet's frame is a packet.
func (b *bench) print(out io.Writer) {
	fmt.Fprintf(out, "%d processors, shared by attackers (at the lowest priority), visitors, servers and box. Shares are of the calm in the same\n"+
		"scene. offered: all packets towards the box; goodput: of a download of 32 Mbit/s; set-ups: connections of visitors; pages: of them,\n"+
		"answered within %s (slow: %s); hurt: of %d visitors of as many networks, who got none; softirq, agent: of the processors, the kernel's\n"+
		"network and the box's two processes.\n", runtime.NumCPU(), patience, slowPatience, visitors)
	for _, n := range b.notes {
		fmt.Fprintln(out, n)
	}
	fmt.Fprintln(out)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "flood\tdefence\toffered\tgoodput\tset-ups\tpages\tmail\thurt\tcall lost\tjitter\tprocessors\tsoftirq\tagent\ttold after\tas\treach")
	missed, unmeasured := 0, []string(nil)
	for _, r := range b.rows {
		g, c := r.got, r.calm
		if g.err != nil {
			unmeasured = append(unmeasured, fmt.Sprintf("%s, %s: %v", r.what, r.defence, g.err))
			continue
		}
		after, as, agent := "", "", ""
		if r.defence == "abri" {
			after, as, agent = "never", g.told.String(), fmt.Sprintf("%.1f %%", 100*g.box/float64(runtime.NumCPU()))
			if g.told.after > 0 {
				after = fmt.Sprintf("%.1f s", g.told.after.Seconds())
			}
		}
		judged := r.judge()
		if strings.HasPrefix(judged, "missed") {
			missed++
		}
		fmt.Fprintf(w, "%s\t%s\t%.0f k/s\t%.0f %%\t%.0f/s, %.0f %%\t%.0f %%\t%.0f %%\t%.1f %%\t%.1f %%\t%.1f ms\t%.0f %%\t%.0f %%\t%s\t%s\t%s\t%s\n", r.what, r.defence, g.offered/1000,
			100*share(g.goodput, c.goodput), g.setups, 100*share(g.setups, c.setups), 100*share(g.pages, c.pages), 100*share(g.letters, c.letters), 100*g.hurt, 100*g.loss, g.jitter,
			100*g.cpu, 100*g.soft, agent, after, as, judged)
	}
	w.Flush()
	for _, u := range unmeasured {
		fmt.Fprintln(out, "not measured:", u)
	}
	fmt.Fprintf(out, "\n%d of %d of Abri's rows missed something that is promised\n", missed, b.count("abri"))
}

func (b *bench) count(defence string) (n int) {
	for _, r := range b.rows {
		if r.defence == defence && r.got.err == nil {
			n++
		}
	}
	return n
}

// judge says whether the promises hold, and which not; of the others nothing was promised.
func (r row) judge() string {
	if r.defence != "abri" {
		return ""
	}
	var missed []string
	for _, promise := range []struct {
		what   string
		broken bool
	}{
		{"goodput", share(r.got.goodput, r.calm.goodput) < reach},
		{"set-ups", share(r.got.setups, r.calm.setups) < reach},
		{"hurt", r.got.hurt > r.calm.hurt+mostHurt},
		{"told", r.got.told.after == 0 || r.got.told.after > soon},
	} {
		if promise.broken {
			missed = append(missed, promise.what)
		}
	}
	if missed == nil {
		return "held"
	}
	return "missed: " + strings.Join(missed, ", ")
}

func share(now, calm float64) float64 {
	if calm == 0 {
		return 0
	}
	return now / calm
}

// errNoTool is the error of a case whose tool is not installed, or does not know the family.
var errNoTool = errors.New("there is no tool for it here")
