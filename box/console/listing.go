package console

import (
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"abri.example/abri/box/library"
	"abri.example/abri/feed"
)

// printLists is a line a list.
func printLists(out io.Writer, all []library.Report) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "list\tentries\tstate\tfetched\trefused\tguarded\thits\tlicence")
	for _, r := range all {
		fetched := r.Fetched
		if fetched.IsZero() {
			fetched = r.Dated
		}
		fmt.Fprintf(w, "%s\t%d\t%s\t%s\t%d\t%d\t%d\t%s\n", r.Name, r.Entries, state(r), moment(fetched), r.Refused, r.Guarded, r.Hits, r.Licence)
	}
	return w.Flush()
}

// state says in a few words what becomes of a list.
func state(r library.Report) string {
	said := "not used"
	switch {
	case r.Enforced:
		said = "stops"
	case r.Observe && r.Standing == feed.Sound:
		said = "observes"
	case r.Standing != "" && r.Standing != feed.Sound:
		said = string(r.Standing)
	}
	if r.Stale {
		said += ", stale"
	}
	if r.Held != nil {
		said += ", a version waits: " + r.Held.Why
	}
	if r.Trouble != "" {
		said += ": " + r.Trouble
	}
	return said
}

func moment(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return t.Local().Format(time.DateTime)
}

// printList is everything about one list.
func printList(out io.Writer, r library.Report) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	row := func(name string, value any) { fmt.Fprintf(w, "%s\t%v\n", name, value) }
	row("list", r.Name)
	row("from", r.From)
	if r.Publisher != "" {
		row("publisher", r.Publisher)
	}
	if r.Licence != "" {
		row("licence", r.Licence+"; "+r.Conditions)
	}
	row("state", state(r))
	row("format", r.Format)
	row("entries", fmt.Sprintf("%d IPv4, %d IPv6, %d names, %d fingerprints", r.IPv4, r.IPv6, r.Names, r.Prints))
	if !r.Fetched.IsZero() {
		row("fetched", moment(r.Fetched)+", next "+moment(r.Next))
	}
	row("refused lines", fmt.Sprintf("%d, of which %d name a guarded service", r.Refused, r.Guarded))
	if err := w.Flush(); err != nil {
		return err
	}
	for _, l := range r.Lines {
		whose := ""
		if l.Owner != "" {
			whose = " (" + l.Owner + ")"
		}
		fmt.Fprintf(out, "  line %d: %q: %s%s\n", l.Line, l.Text, l.Reason, whose)
	}
	return nil
}
