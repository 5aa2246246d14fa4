package console

import (
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"golang.org/x/text/language"
	"golang.org/x/text/message"

	"abri.example/abri/box/control"
)

type statusVerb struct {
	JSON bool `help:"Print JSON instead of a table."`
	door
}

// Help is the example under `abri status --help`.
func (statusVerb) Help() string { return "Example: abri status --json" }

func (v statusVerb) Run(s *shell) error {
	st, err := v.dial().Status(s.ctx)
	if err != nil {
		return err
	}
	if v.JSON {
		return printJSON(s, st)
	}
	printStatus(s, st)
	return nil
}

func printStatus(s *shell, st control.Status) {
	num := message.NewPrinter(language.English)
	w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	row := func(name, format string, args ...any) {
		num.Fprintf(w, "%s\t"+format+"\n", append([]any{name}, args...)...)
	}
	row("box", "%s (abri %s)", st.Name, st.Version)
	row("mode", "%s", st.Mode)
	row("up", "%s", st.Uptime.Round(time.Second))
	row("weather", "%s, %d points: %s", st.Weather.Sky, st.Weather.Points, st.Weather.Sentence)
	row("attacks today", "%d, of which %d neutralised; noise %d", st.Attacks, st.Neutralised, st.Noise)
	row("entries wanted", "%d IPv4, %d IPv6, %d names", st.Wanted4, st.Wanted6, st.WantedNames)
	row("entries enforced", "%d IPv4, %d IPv6, %d names", st.Kernel.Entries4, st.Kernel.Entries6, st.Kernel.Names)
	row("flows, bans, releases", "%d, %d, %d", st.Kernel.Flows, st.Kernel.Bans, st.Releases)
	row("ring", "%d copies, %d lost", st.Kernel.Copies, st.Kernel.Lost)
	if st.Kernel.Untold > 0 {
		row("untold", "%d packets stopped that stand in no attack: too many came at once", st.Kernel.Untold)
	}
	if st.Kernel.Held > 0 || st.Kernel.Late > 0 {
		row("held", "%d packets until a name was read; %d crossed unread, for that took too long", st.Kernel.Held, st.Kernel.Late)
	}
	if st.Kernel.Fastpath {
		row("redirected", "%d frames, past the bridge", st.Kernel.Wired)
	}
	m := st.Memory
	row("memory", "reader %d kB (peak %d), keeper %d kB (peak %d), kernel maps %d kB", m.Reader>>10, m.ReaderPeak>>10, m.Keeper>>10, m.KeeperPeak>>10, m.Maps>>10)
	for _, p := range st.Kernel.Ports {
		up := "no carrier"
		if p.Up {
			up = "up"
		}
		if p.Fault != "" {
			up += ", " + string(p.Fault)
		}
		if p.Bonded {
			up += ", LACP behind it can't pass"
		}
		row("port "+p.Side, "%s, %s, %s XDP, program %d", p.Name, up, p.Path, p.Program)
	}
	w.Flush()

	fmt.Fprintln(s.out)
	w = tabwriter.NewWriter(s.out, 0, 0, 2, ' ', tabwriter.AlignRight)
	num.Fprintf(w, "side\treason\tpackets\tbytes\t\n")
	keys := make([]string, 0, len(st.Kernel.Reasons))
	for k := range st.Kernel.Reasons {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		side, reason, _ := strings.Cut(k, "/")
		t := st.Kernel.Reasons[k]
		num.Fprintf(w, "%s\t%s\t%d\t%d\t\n", side, reason, t.Packets, t.Bytes)
	}
	w.Flush()

	if len(st.Lists) > 0 {
		fmt.Fprintln(s.out)
		w = tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
		fmt.Fprintln(w, "list\tentries\trefused\tdated\ttrouble")
		for _, l := range st.Lists {
			dated := "-"
			if !l.Dated.IsZero() {
				dated = l.Dated.Format(time.DateOnly)
			}
			num.Fprintf(w, "%s\t%d\t%d\t%s\t%s\n", l.Name, l.Entries, l.Refused, dated, l.Trouble)
		}
		w.Flush()
	}
	for _, t := range st.Troubles {
		fmt.Fprintln(s.out, "trouble:", t)
	}
}
