package console

import (
	"fmt"
	"text/tabwriter"
	"time"

	"abri.example/abri/feed/catalogue"
)

type listsCatalogueVerb struct {
	JSON bool `help:"Print JSON instead of a table."`
}

// Help is the example under `abri lists catalogue --help`.
func (listsCatalogueVerb) Help() string { return "Example: abri lists catalogue --json" }

// offer is a list of the catalogue as it is printed.
type offer struct {
	Name       string          `json:"name"`
	Publisher  string          `json:"publisher"`
	Home       string          `json:"home"`
	URL        string          `json:"url"`
	Holds      catalogue.Holds `json:"holds"`
	Use        string          `json:"use"`
	Default    bool            `json:"default"`
	Weight     int             `json:"weight"`
	Hours      int             `json:"every_hours"`
	Licence    string          `json:"licence"`
	Conditions string          `json:"conditions"`
}

func offerOf(l catalogue.List) offer {
	o := offer{l.Name, l.Publisher, l.Home, l.URL, l.Holds, "block", l.Default, l.Weight, int(l.Interval / time.Hour), l.Licence, l.Conditions}
	switch {
	case l.Off != "":
		o.Use, o.Conditions = "off", l.Off
	case l.Observe:
		o.Use = "observe"
	}
	return o
}

func (v listsCatalogueVerb) Run(s *shell) error {
	var offers []offer
	for _, l := range catalogue.All() {
		offers = append(offers, offerOf(l))
	}
	if v.JSON {
		return printJSON(s, offers)
	}
	w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "list\tpublisher\tholds\tuse\tweight\tevery\tlicence\tconditions")
	for _, o := range offers {
		use := o.Use
		if o.Default {
			use += ", default"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%d\t%s\t%s\t%s\n", o.Name, o.Publisher, o.Holds, use, o.Weight, every(o.Hours), o.Licence, o.Conditions)
	}
	return w.Flush()
}

// every writes whole hours and days as people do.
func every(hours int) string {
	if hours%24 == 0 {
		return fmt.Sprintf("%dd", hours/24)
	}
	return fmt.Sprintf("%dh", hours)
}
