package main

import (
	"errors"
	"fmt"
	"io"
	"runtime"
	"text/tabwriter"
)

// row is one case behind one defence, beside the calm of the same scene.
type row struct {
	defence, what string
	got, calm     figures
}

// print prints the table: shares are of the calm in the same scene, an Ethernet's frame is a packet.
func (b *bench) print(out io.Writer) {
	fmt.Fprintf(out, "%d processors, shared by attackers (at the lowest priority), visitors, servers and box. Shares are of the calm in the same\n"+
		"scene. offered: all packets towards the box; goodput: of a download of 32 Mbit/s; set-ups: connections of visitors; pages: of them,\n"+
		"answered within %s (slow: %s); hurt: of %d visitors of as many networks, who got none; softirq, agent: of the processors, the kernel's\n"+
		"network and the box's two processes.\n", runtime.NumCPU(), patience, slowPatience, visitors)
	fmt.Fprintln(out)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "flood\tdefence\toffered\tgoodput\tset-ups\tpages\tmail\thurt\tcall lost\tjitter\tprocessors\tsoftirq\tagent\ttold after\tas\treach")
	var unmeasured []string
	for _, r := range b.rows {
		if r.got.err != nil {
			unmeasured = append(unmeasured, fmt.Sprintf("%s, %s: %v", r.what, r.defence, r.got.err))
			continue
		}
		r.print(w)
	}
	w.Flush()
	for _, u := range unmeasured {
		fmt.Fprintln(out, "not measured:", u)
	}
	fmt.Fprintln(out)
	for _, d := range defences {
		b.sum(out, d.name)
	}
}

// print prints a line.
func (r row) print(out io.Writer) {
	g, c := r.got, r.calm
	after, as, agent := "", "", ""
	if r.defence == teller {
		after, as, agent = "never", g.told.String(), fmt.Sprintf("%.1f %%", 100*g.box/float64(runtime.NumCPU()))
		if g.told.after > 0 {
			after = fmt.Sprintf("%.1f s", g.told.after.Seconds())
		}
	}
	fmt.Fprintf(out, "%s\t%s\t%.0f k/s\t%.0f %%\t%.0f/s, %.0f %%\t%.0f %%\t%.0f %%\t%.1f %%\t%.1f %%\t%.1f ms\t%.0f %%\t%.0f %%\t%s\t%s\t%s\t%s\n",
		r.what, r.defence, g.offered/1000, 100*share(g.goodput, c.goodput), g.setups, 100*share(g.setups, c.setups), 100*share(g.pages, c.pages),
		100*share(g.letters, c.letters), 100*g.hurt, 100*g.loss, g.jitter, 100*g.cpu, 100*g.soft, agent, after, as, r.judge())
}

func share(now, calm float64) float64 {
	if calm == 0 {
		return 0
	}
	return now / calm
}

// errNoTool is the error of a case whose tool is not installed.
var errNoTool = errors.New("there is no tool for it here")
