package console

import (
	"fmt"
	"net/netip"
	"strings"
	"text/tabwriter"
	"time"
	"unicode"

	abri "abri.example/abri"
)

type whyVerb struct {
	Address string `arg:"" help:"The address or name to explain."`
	JSON    bool   `help:"Print JSON instead of text."`
	door
}

// Help is the example under `abri why --help`.
func (whyVerb) Help() string { return "Example: abri why 45.155.205.10" }

func (v whyVerb) Run(s *shell) error {
	addr, err := netip.ParseAddr(v.Address)
	if err != nil && strings.Contains(v.Address, ".") && strings.ContainsFunc(v.Address, unicode.IsLetter) {
		return v.name(s)
	}
	if err != nil {
		return &abri.Error{Code: abri.CodeInvalid, Place: v.Address, What: "not an address or a name", Remedy: "such as 45.155.205.10, 2a00:1450::1 or evil.example.com"}
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
	if a.Device != nil {
		fmt.Fprintf(s.out, "it is %s (%s %s), last seen %s\n", a.Device.Called, a.Device.MAC, a.Device.Maker, when(a.Device.Last))
	}
	if a.Unproven != "" {
		fmt.Fprintf(s.out, "but nothing proves now that the filter works (%s): see `abri status`\n", a.Unproven)
	}
	for _, l := range a.Lists {
		fmt.Fprintln(s.out, "listed:", l.Sentence(abri.English))
	}
	for _, l := range a.Observed {
		fmt.Fprintln(s.out, "listed, and only observed:", l.Sentence(abri.English))
	}
	if a.Guarded != "" {
		fmt.Fprintln(s.out, "guarded, never taken from a list:", a.Guarded)
	}
	for _, d := range a.Decisions {
		at := ""
		if d.Door != "" {
			at = " at " + d.Door
		}
		fmt.Fprintf(s.out, "decided: %s %s%s by %s, since %s, until %s\n", d.Choice, short(d.Prefix), at, d.By, when(d.Since), when(d.Until))
		if d.Why.Deed != "" {
			fmt.Fprintf(s.out, "         %s\n         %s\n", d.Why.Sentence(abri.French), d.Why.Sentence(abri.English))
		}
	}
	if len(a.Tried) == 0 {
		fmt.Fprintln(s.out, "no attack with this address is on record")
		return nil
	}
	w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "last\tfirst\tkind\tservice\toutside\tinside\tattempts\tverdict\twhy")
	for _, t := range a.Tried {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%d\t%s\t%s\n", when(t.Last), when(t.First), t.Kind, t.Service, farEnd(t.Outside, t.Sources),
			ofDevice(t.Inside, t.Device), t.Attempts, t.Outcome, t.Why.Sentence(abri.English))
	}
	return w.Flush()
}

// farEnd is who attacked: an address, or how many they were.
func farEnd(outside netip.Addr, sources uint64) string {
	switch {
	case outside.IsValid():
		return outside.String()
	case sources > 0:
		return fmt.Sprintf("%d sources", sources)
	}
	return "-"
}

// name explains a name: who lists it, and whose guarded name it is.
func (v whyVerb) name(s *shell) error {
	a, err := v.dial().WhyName(s.ctx, v.Address)
	if err != nil {
		return err
	}
	if v.JSON {
		return printJSON(s, a)
	}
	if a.Guarded != "" {
		fmt.Fprintf(s.out, "%s: guarded, never taken from a list: %s\n", a.Name, a.Guarded)
	}
	for _, l := range a.Lists {
		said := "listed:"
		if l.Observe {
			said = "listed, and only observed:"
		}
		covers := ""
		if l.Whole {
			covers = " and all beneath it"
		}
		dated := ""
		if !l.Dated.IsZero() {
			dated = " of " + l.Dated.Format(time.DateOnly)
		}
		fmt.Fprintf(s.out, "%s %s%s is on the list %s (%s)%s\n", said, l.Entry, covers, l.List, l.Publisher, dated)
	}
	if a.Passes != "" {
		fmt.Fprintf(s.out, "%s passes all the same: %s\n", a.Name, a.Passes)
	}
	if i := a.Imitates; i != nil {
		what := "told, and not stopped"
		if i.Stops {
			what = "stopped"
		}
		fmt.Fprintf(s.out, "%s: looks like %s, %d points of 100 (%s): %s\n", a.Name, i.Whom, i.Points, strings.Join(i.Because, ", "), what)
	}
	if a.Guarded == "" && len(a.Lists) == 0 {
		fmt.Fprintf(s.out, "%s: it is on no list\n", a.Name)
	}
	return nil
}
