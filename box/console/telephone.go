package console

import (
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"abri.example/abri/box/control"
)

type telephoneVerb struct {
	JSON bool `help:"Print JSON instead of tables."`
	door
}

// Help is the text and example under `abri telephone --help`.
func (telephoneVerb) Help() string {
	return "The operator, the night's budget, calls of seven days by hour and country, and today's attacks. Of a number the country code\n" +
		"and two digits are known; of telephony over TLS peers and volume only.\n\nExample: abri telephone"
}

func (v telephoneVerb) Run(s *shell) error {
	t, err := v.dial().Line(s.ctx)
	if err != nil {
		return err
	}
	if v.JSON {
		return printJSON(s, t)
	}
	printLine(s.out, t)
	if len(t.Calls) > 0 {
		w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
		fmt.Fprintln(w, "\nhour\tway\tnumber\tcountry\toutcome\tcalls\tspoken")
		for _, c := range t.Calls {
			way := "in"
			if c.Outward {
				way = "out"
			}
			fmt.Fprintf(w, "%s\t%s\t%s…\t%s\t%s\t%d\t%s\n", moment(c.Hour), way, c.Prefix, c.Country, c.Outcome, c.Calls, spoken(c.Seconds))
		}
		if err := w.Flush(); err != nil {
			return err
		}
	}
	return printTried(s.out, "\nno attack on the telephone today", t.Attacks)
}

// printLine is who carries the calls, and the guard.
func printLine(out io.Writer, t control.Telephone) {
	fmt.Fprintf(out, "operators   %s\n", listed(t.Operators, "none is known yet"))
	fmt.Fprintf(out, "telephones  %s by the operator; %d registered at the exchange\n", listed(t.Devices, "none is known yet"), t.Extensions)
	for _, d := range t.Doors {
		fmt.Fprintf(out, "also read   %s\n", d)
	}
	for _, p := range t.Secure {
		fmt.Fprintf(out, "over TLS    %s, %d bytes: nothing else is known of it\n", p.Address, p.Bytes)
	}
	g := t.Guard
	does := "tells"
	switch {
	case g.Refusing:
		does = "refuses calls now"
	case g.Refuse:
		does = "refuses what is beyond"
	}
	fmt.Fprintf(out, "guard       %s of %s abroad, %s of %s dear this night; %s\n", spoken(g.SpentAbroad), spoken(g.Abroad), spoken(g.SpentPremium), spoken(g.Premium), does)
}

func listed[T fmt.Stringer](all []T, none string) string {
	words := ""
	for _, x := range all {
		words += " " + x.String()
	}
	if words == "" {
		return none
	}
	return words[1:]
}

func spoken(seconds int64) string { return (time.Duration(seconds) * time.Second).String() }

type mailVerb struct {
	JSON bool `help:"Print JSON instead of a table."`
	door
}

// Help is the text and example under `abri mail --help`.
func (mailVerb) Help() string {
	return "Attacks on the mail of the last days: guessing, looking for names, relay tests, spam. A port 25 is never closed by a list of\nsenders, unless a person chose one.\n\nExample: abri mail"
}

func (v mailVerb) Run(s *shell) error {
	all, err := v.dial().Mailboxes(s.ctx)
	if err != nil {
		return err
	}
	if v.JSON {
		return printJSON(s, all)
	}
	return printTried(s.out, "no attack on the mail", all)
}

// printTried is a table of attacks, or none where there are none.
func printTried(out io.Writer, none string, all []control.Tried) error {
	if len(all) == 0 {
		_, err := fmt.Fprintln(out, none)
		return err
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "\nkind\tfrom or to\tinside\tfirst\tlast\tattempts\tverdict")
	for _, a := range all {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%d\t%s\n", a.Kind, farEnd(a.Outside, a.Sources), a.Inside, moment(a.First), moment(a.Last), a.Attempts, a.Outcome)
	}
	return w.Flush()
}
