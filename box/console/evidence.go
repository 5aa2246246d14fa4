package console

import (
	"fmt"
	"slices"
	"time"

	"abri.example/abri"
	"abri.example/abri/box/web"
	"abri.example/abri/siege"
)

type evidenceVerb struct {
	ID   string `arg:"" optional:"" help:"Which saturation, as abri evidence --all names it; the last when it is left out."`
	All  bool   `help:"List the saturations instead."`
	Lang string `default:"fr" enum:"fr,en" help:"The language of the sheet: fr or en."`
	JSON bool   `help:"Print JSON instead."`
	door
}

// Help is the example under `abri evidence --help`.
func (evidenceVerb) Help() string {
	return `The sheet of a saturation, to read or send to the operator of the line: when, how much, what, from where, what stood.
It names no machine of the site; with --json it does.

Examples: abri evidence > fiche.txt
          abri evidence --all`
}

func (v evidenceVerb) Run(s *shell) error {
	client := v.dial()
	all, err := client.Saturations(s.ctx)
	if err != nil {
		return err
	}
	if v.All {
		return v.list(s, all)
	}
	if len(all) == 0 {
		return &abri.Error{Code: abri.CodeNotFound, What: "no saturation of the line is known"}
	}
	i := slices.IndexFunc(all, func(x siege.Sheet) bool { return v.ID == "" || x.ID == v.ID })
	if i < 0 {
		return &abri.Error{Code: abri.CodeNotFound, Place: v.ID, What: "no saturation of this name", Remedy: "`abri evidence --all` lists them"}
	}
	if v.JSON {
		return printJSON(s, all[i])
	}
	st, err := client.Status(s.ctx)
	if err != nil {
		return err
	}
	for _, l := range web.SheetLines(all[i], st.Name, time.Local, abri.Lang(v.Lang)) {
		fmt.Fprintf(s.out, "%-32s %s\n", l.What, l.Value)
	}
	return nil
}

func (v evidenceVerb) list(s *shell, all []siege.Sheet) error {
	if v.JSON {
		return printJSON(s, all)
	}
	if len(all) == 0 {
		fmt.Fprintln(s.out, "no saturation of the line is known")
	}
	for _, x := range all {
		fmt.Fprintf(s.out, "%s  %d targets, at most %d packets a second\n", x.ID, len(x.Targets), x.Worst)
	}
	return nil
}
