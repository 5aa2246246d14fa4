package console

import (
	"fmt"
	"text/tabwriter"
	"time"

	"abri.example/abri"
	"abri.example/abri/box/control"
)

type departuresVerb struct {
	ID   string `arg:"" optional:"" help:"The attack, by its id or the beginning of it. Left out: all attacks on their way out are listed."`
	JSON bool   `help:"Print JSON instead of a table."`
	door
}

// Help is the text and example under `abri departures --help`.
func (departuresVerb) Help() string {
	return "For each attack on its way out: which device, to where, how many bytes, at which hours. What was stopped did not leave and is not counted.\n" +
		"Hours are kept for 45 days; sizes are of IP packets, headers included.\n\nExample: abri departures 288b016a"
}

func (v departuresVerb) Run(s *shell) error {
	if v.ID != "" {
		d, err := v.dial().Departed(s.ctx, v.ID)
		if err != nil {
			return err
		}
		if v.JSON {
			return printJSON(s, d)
		}
		return printSheet(s, d)
	}
	all, err := v.dial().Departures(s.ctx)
	if err != nil {
		return err
	}
	if v.JSON {
		return printJSON(s, all)
	}
	if len(all) == 0 {
		fmt.Fprintln(s.out, "no attack was on its way out")
		return nil
	}
	w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "id\tlast\tkind\tdevice\tdestination\tcountry\tsent\treceived\tverdict")
	for _, d := range all {
		fmt.Fprintf(w, "%.8s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", d.ID, d.Last.Local().Format(time.DateTime), d.Kind, deviceOf(d), d.Outside, d.Country, abri.Bytes(d.Sent, abri.English), abri.Bytes(d.Received, abri.English), d.Outcome)
	}
	return w.Flush()
}

// printSheet prints what left by one attack.
func printSheet(s *shell, d control.Departed) error {
	fmt.Fprintf(s.out, "%s, %s: %s (%s)\n", d.ID, d.Kind, d.Why, d.Outcome)
	fmt.Fprintf(s.out, "from %s to %s %s, %s to %s\n", deviceOf(d), d.Outside, d.Country, d.First.Local().Format(time.DateTime), d.Last.Local().Format(time.DateTime))
	fmt.Fprintf(s.out, "left: %s; came back: %s; conversations: %d\n", abri.Bytes(d.Sent, abri.English), abri.Bytes(d.Received, abri.English), d.Flows)
	if len(d.Hours) == 0 {
		fmt.Fprintln(s.out, "no hour is kept: nothing of it crossed the box, or it is more than 45 days ago")
		return nil
	}
	w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "hour\tdestination\tsent\treceived\tconversations")
	for _, h := range d.Hours {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%d\n", h.Hour.Local().Format("2006-01-02 15:04"), h.Outside, abri.Bytes(h.Sent, abri.English), abri.Bytes(h.Received, abri.English), h.Flows)
	}
	return w.Flush()
}

func deviceOf(d control.Departed) string {
	if d.Name != "" {
		return d.Name + " (" + d.Device.String() + ")"
	}
	return d.Device.String()
}
