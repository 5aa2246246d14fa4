package console

import (
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	abri "abri.example/abri"
	"abri.example/abri/box/control"
)

type measuresVerb struct {
	JSON bool `help:"Print JSON instead of a table."`
	door
}

// Help is the example under `abri measures --help`.
func (measuresVerb) Help() string { return "Example: abri measures" }

func (v measuresVerb) Run(s *shell) error {
	all, err := v.dial().Trials(s.ctx)
	if err != nil {
		return err
	}
	if v.JSON {
		return printJSON(s, all)
	}
	day := func(t time.Time) string {
		if t.IsZero() {
			return "by a person"
		}
		return t.Local().Format("2006-01-02 15:04")
	}
	w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "rule\tdoes\tsince\tby\twould have stopped\tin doubt\treleases\tacts from\tof late")
	for _, t := range all {
		does, from := "observes", day(t.Ripe)
		if t.Acts {
			does, from = acting(t), "now"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%d\t%d\t%d\t%s\t%s\n", t.Kind, does, day(t.Since), t.By, t.Would, t.Doubts, t.Releases, from, lately(t))
	}
	return w.Flush()
}

// acting is what a rule does that acts.
func acting(t control.Trial) string {
	if t.Does == abri.ActBlock {
		return "cuts"
	}
	return "bans"
}

// lately is whom a rule would have stopped last.
func lately(t control.Trial) string {
	words := make([]string, len(t.Lately))
	for i, p := range t.Lately {
		words[i] = p.String()
		if p.IsSingleIP() {
			words[i] = p.Addr().String()
		}
	}
	return strings.Join(words, " ")
}

type promoteVerb struct {
	Rule string `arg:"" help:"The rule, as abri measures names it."`
	Undo bool   `help:"Have it observe until a person promotes it."`
	door
}

// Help is the example under `abri promote --help`.
func (promoteVerb) Help() string { return "Example: abri promote bruteforce" }

func (v promoteVerb) Run(s *shell) error {
	if err := v.dial().Promote(s.ctx, abri.Kind(v.Rule), v.Undo); err != nil {
		return err
	}
	does := "acts from now on, when the box protects"
	if v.Undo {
		does = "observes until somebody promotes it"
	}
	fmt.Fprintf(s.out, "%s %s\n", v.Rule, does)
	return nil
}
