package console

import (
	"fmt"
	"io"
	"os"
	"strconv"
	"text/tabwriter"
	"time"

	"github.com/mattn/go-isatty"

	"abri.example/abri"
	"abri.example/abri/observatory/authority"
	"abri.example/abri/observatory/invitation"
	"abri.example/abri/observatory/ledger"
)

type inviteVerb struct {
	Site      string        `required:"" help:"INSEE code of a commune, SIRET of a firm, RNA number of an association." placeholder:"CODE"`
	Name      string        `help:"The site's name; a commune that was imported has one." placeholder:"NAME"`
	Sort      string        `default:"commune" enum:"commune,firm,association" help:"commune, firm or association."`
	Trade     string        `help:"A firm's trade." placeholder:"TRADE"`
	Place     string        `default:"behind" enum:"before,behind" help:"Before or behind the router's translation of addresses."`
	Person    string        `help:"Who is told of the site's troubles." placeholder:"NAME"`
	Mail      string        `help:"That person's mail address." placeholder:"ADDRESS"`
	Telephone string        `help:"That person's telephone." placeholder:"NUMBER"`
	For       time.Duration `default:"720h" help:"How long the invitation is good." placeholder:"720h"`
	Code      bool          `help:"Print the QR code even where no terminal is."`
	JSON      bool          `help:"Print it as JSON."`
}

// Help is the example under `abri-observatory invite --help`.
func (inviteVerb) Help() string {
	return "The invitation is good once, and only for this observatory. At the box: abri enrol INVITATION, or its page « Observatoire ». In a terminal a QR code follows, which holds the same word.\n\nExample: abri-observatory invite --site 42304 --name \"Sury-le-Comtal\" --mail mairie@sury.example"
}

func (v inviteVerb) Run(s *shell) error {
	return s.with(func(l *ledger.Ledger, _ *authority.Authority) error {
		site := ledger.Site{Sort: ledger.Sort(v.Sort), Code: v.Site, Name: v.Name, Trade: v.Trade, Place: ledger.Place(v.Place), Created: s.now(),
			Contact: ledger.Contact{Person: v.Person, Mail: v.Mail, Telephone: v.Telephone}}
		site.Number = ledger.SiteNumber(site.Sort, site.Code)
		if err := v.enter(s, l, site); err != nil {
			return err
		}
		token, err := invitation.Make(s.ctx, l, site.Number, v.For, who(), s.now())
		if err != nil {
			return err
		}
		if v.JSON {
			return printJSON(s, map[string]any{"site": site.Number, "invitation": token.String(), "until": s.now().Add(v.For)})
		}
		fmt.Fprintln(s.out, token)
		if v.Code || isTerminal(s.out) {
			return printCode(s, token.String())
		}
		return nil
	})
}

// printCode draws a word for a telephone's camera.
func printCode(s *shell, word string) error {
	code, err := invitation.CodeOf(word)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(s.out, "\n%s\n", code.Blocks())
	return err
}

// isTerminal reports whether a person sees what is written: a program that reads it wants the word alone.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && isatty.IsTerminal(f.Fd())
}

// enter enters the site, unless it is there and nothing new is said of it.
func (v inviteVerb) enter(s *shell, l *ledger.Ledger, site ledger.Site) error {
	known, err := l.Site(s.ctx, site.Number)
	switch {
	case err == nil && v.Name == "" && v.Mail == "" && v.Person == "":
		return nil
	case err == nil && v.Name == "":
		site.Name = known.Name
	case err != nil && abri.CodeOf(err) != abri.CodeNotFound:
		return err
	case v.Name == "":
		if site.Name, err = l.CommuneName(s.ctx, site.Code); err != nil {
			return err
		}
	}
	return l.PutSites(s.ctx, site)
}

type shipVerb struct {
	Site int64 `arg:"" help:"The site's number."`
}

// Help is the example under `abri-observatory ship --help`.
func (shipVerb) Help() string { return "Example: abri-observatory ship 42304" }

func (v shipVerb) Run(s *shell) error {
	return s.with(func(l *ledger.Ledger, _ *authority.Authority) error {
		return missing(l.Ship(s.ctx, v.Site, s.now()), strconv.FormatInt(v.Site, 10), seeSites)
	})
}

type waitingVerb struct {
	JSON bool `help:"Print it as JSON."`
}

// Help is the example under `abri-observatory waiting --help`.
func (waitingVerb) Help() string { return "Example: abri-observatory waiting" }

func (v waitingVerb) Run(s *shell) error {
	return s.with(func(l *ledger.Ledger, _ *authority.Authority) error {
		all, err := l.BoxesOf(s.ctx, 0)
		if err != nil {
			return err
		}
		waiting := []candidate{}
		for _, b := range all {
			if b.State == ledger.Candidate {
				waiting = append(waiting, candidate{b.Site, b.Identity.Box, b.Words, b.Asked})
			}
		}
		if v.JSON {
			return printJSON(s, waiting)
		}
		w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
		fmt.Fprintln(w, "SITE\tWORDS\tASKED\tBOX")
		for _, c := range waiting {
			fmt.Fprintf(w, "%d\t%s\t%s\t%s\n", c.Site, c.Words, c.Asked.Format(time.DateTime), c.Box)
		}
		return w.Flush()
	})
}

type candidate struct {
	Site  int64     `json:"site"`
	Box   string    `json:"box"`
	Words string    `json:"words"`
	Asked time.Time `json:"asked"`
}

type confirmVerb struct {
	Site  int64  `arg:"" help:"The site's number."`
	Words string `required:"" help:"The four words that the box shows." placeholder:"\"WORDS\""`
}

// Help is the example under `abri-observatory confirm --help`.
func (confirmVerb) Help() string {
	return "Let the person at the box read the words out. Other words are another box.\n\nExample: abri-observatory confirm 42304 --words \"midi piko pisu pisa\""
}

func (v confirmVerb) Run(s *shell) error {
	return s.with(func(l *ledger.Ledger, _ *authority.Authority) error {
		b, err := l.Confirm(s.ctx, v.Site, v.Words, who(), s.now())
		if err == nil {
			fmt.Fprintf(s.out, "box %s of site %d is taken in\n", b.Identity.Box, v.Site)
		}
		return err
	})
}

type revokeVerb struct {
	Site int64  `arg:"" help:"The site's number."`
	Box  string `help:"Which box; all of the site when left out." placeholder:"BOX"`
}

// Help is the example under `abri-observatory revoke --help`.
func (revokeVerb) Help() string { return "Example: abri-observatory revoke 42304" }

func (v revokeVerb) Run(s *shell) error {
	return s.with(func(l *ledger.Ledger, _ *authority.Authority) error {
		boxes, err := l.BoxesOf(s.ctx, v.Site)
		if err != nil {
			return err
		}
		n := 0
		for _, b := range boxes {
			if v.Site > 0 && b.State != ledger.Revoked && (v.Box == "" || v.Box == b.Identity.Box) {
				if err := l.Revoke(s.ctx, b.Identity); err != nil {
					return err
				}
				n++
				fmt.Fprintf(s.out, "box %s of site %d is taken out\n", b.Identity.Box, b.Site)
			}
		}
		if n == 0 {
			return &abri.Error{Code: abri.CodeNotFound, Place: strconv.FormatInt(v.Site, 10), What: "no such box is enrolled", Remedy: seeSites}
		}
		return nil
	})
}
