package console

import (
	"fmt"
	"net/netip"
	"text/tabwriter"
	"time"

	abri "abri.example/abri"
)

type whyVerb struct {
	Address string `arg:"" help:"The address to explain."`
	JSON    bool   `help:"Print JSON instead of text."`
	door
}

// Help is the example under `abri why --help`.
func (whyVerb) Help() string { return "Example: abri why 45.155.205.10" }

func (v whyVerb) Run(s *shell) error {
	addr, err := netip.ParseAddr(v.Address)
	if err != nil {
		return &abri.Error{Code: abri.CodeInvalid, Place: v.Address, What: "not an address", Remedy: "such as 45.155.205.10 or 2a00:1450::1"}
	}
	a, err := v.dial().Why(s.ctx, addr.Unmap())
	if err != nil {
		return err
	}
	if v.JSON {
		return printJSON(s, a)
	}
	when := func(t time.Time) string {
		if t.IsZero() {
			return "for ever"
		}
		return t.Local().Format(time.DateTime)
	}
	country := ""
	if a.Country != "" {
		country = " (" + a.Country + ")"
	}
	fmt.Fprintf(s.out, "%s%s: %s\n%s\n", a.Address, country, a.Action, a.Sentence)
	for _, l := range a.Lists {
		fmt.Fprintln(s.out, "listed:", l.Sentence(abri.English))
	}
	for _, d := range a.Decisions {
		fmt.Fprintf(s.out, "decided: %s %s by %s, since %s, until %s\n", d.Choice, short(d.Prefix), d.By, when(d.Since), when(d.Until))
	}
	if len(a.Tried) == 0 {
		fmt.Fprintln(s.out, "no attack with this address is on record")
		return nil
	}
	w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "last\tfirst\tkind\tservice\toutside\tinside\tattempts\tverdict")
	for _, t := range a.Tried {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%d\t%s\n", when(t.Last), when(t.First), t.Kind, t.Service, t.Outside, t.Inside, t.Attempts, t.Outcome)
	}
	return w.Flush()
}
