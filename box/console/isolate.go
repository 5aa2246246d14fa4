package console

import (
	"fmt"
	"text/tabwriter"
	"time"

	abri "abri.example/abri"
)

type isolateVerb struct {
	Device string `arg:"" optional:"" help:"The device: its address, that of its card, or its name. Left out: those that are isolated are listed."`
	Undo   bool   `help:"Let it back."`
	JSON   bool   `help:"Print JSON instead of text."`
	door
}

// Help is the example under `abri isolate --help`.
func (isolateVerb) Help() string {
	return "An isolated device reaches the box, the name servers, and what measures.repairs names; nobody else reaches it.\n" +
		"What does not cross the box, such as a neighbour on the same switch, is not cut.\n\nExample: abri isolate 192.168.1.23"
}

func (v isolateVerb) Run(s *shell) error {
	if v.Device == "" {
		return v.list(s)
	}
	d, err := v.dial().Isolate(s.ctx, v.Device, v.Undo)
	if err != nil {
		return err
	}
	if v.JSON {
		return printJSON(s, d)
	}
	what := d.Device
	if d.Name != "" {
		what = fmt.Sprintf("%s (%s)", d.Name, d.Device)
	}
	if v.Undo {
		fmt.Fprintf(s.out, "%s is no longer isolated\n", what)
		return nil
	}
	fmt.Fprintf(s.out, "%s is isolated: it reaches only what repairs it; `abri isolate %s --undo` lets it back\n", what, d.Device)
	return nil
}

func (v isolateVerb) list(s *shell) error {
	if v.Undo {
		return &abri.Error{Code: abri.CodeInvalid, What: "no device is named", Remedy: "such as abri isolate 192.168.1.23 --undo"}
	}
	all, err := v.dial().Isolated(s.ctx)
	if err != nil {
		return err
	}
	if v.JSON {
		return printJSON(s, all)
	}
	if len(all) == 0 {
		fmt.Fprintln(s.out, "no device is isolated")
		return nil
	}
	w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "device\tname\tsince\tby")
	for _, d := range all {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", d.Device, d.Name, d.Since.Local().Format(time.DateTime), d.By)
	}
	return w.Flush()
}
