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

// reach is the least share of calm that is promised.
const reach = 0.9

// print prints the table: shares are of the calm just before, in the same scene.
func (b *bench) print(out io.Writer) {
	fmt.Fprintf(out, "%d processors, shared by attackers, visitors, servers and box; shares are of the calm before, in the same scene\n\n", runtime.NumCPU())
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "flood\tdefence\toffered\tgoodput\tset-ups\tmail\tcall lost\tjitter\tprocessors\treach")
	for _, r := range b.rows {
		g, c := r.got, r.calm
		if errors.Is(g.err, errNoTool) {
			fmt.Fprintf(w, "%s\t%s\tnot measured: %v\n", r.what, r.defence, g.err)
			continue
		}
		offered := "by its tool"
		if g.offered > 0 {
			offered = fmt.Sprintf("%.0f k/s", g.offered/1000)
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%.0f %%\t%.0f %%\t%.0f %%\t%.1f %%\t%.1f ms\t%.0f %%\t%s\n", r.what, r.defence, offered,
			100*share(g.goodput, c.goodput), 100*share(g.setups, c.setups), 100*share(g.letters, c.letters), 100*g.loss, g.jitter, 100*g.cpu, r.judge())
	}
	w.Flush()
}

// judge says whether the promise holds; of the others nothing was promised.
func (r row) judge() string {
	switch {
	case r.defence != "abri":
		return ""
	case share(r.got.goodput, r.calm.goodput) >= reach && share(r.got.setups, r.calm.setups) >= reach:
		return "held"
	}
	return "missed"
}

func share(now, calm float64) float64 {
	if calm == 0 {
		return 0
	}
	return now / calm
}
