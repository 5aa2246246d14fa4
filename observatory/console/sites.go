package console

import (
	"fmt"
	"os"
	"text/tabwriter"
	"time"

	"abri.example/abri"
	"abri.example/abri/fleet"
	"abri.example/abri/observatory/api"
	"abri.example/abri/observatory/authority"
	"abri.example/abri/observatory/communes"
	"abri.example/abri/observatory/ledger"
)

// scope are the flags that say which sites are meant.
type scope struct {
	Site  int64  `help:"One site, by its number." placeholder:"NUMBER"`
	Group string `help:"The sites of a group, by its code." placeholder:"CODE"`
}

// of gives the scope in the ledger's words.
func (v scope) of(s *shell, l *ledger.Ledger) (ledger.Scope, error) {
	switch {
	case v.Group == "" && v.Site == 0:
		return ledger.Scope{}, nil
	case v.Group == "":
		return ledger.Scope{Site: v.Site}, s.entered(l, v.Site)
	}
	all, err := l.Groups(s.ctx)
	if err != nil {
		return ledger.Scope{}, err
	}
	for _, g := range all {
		if g.Code == v.Group {
			return ledger.Scope{Group: g.Number}, nil
		}
	}
	return ledger.Scope{}, &abri.Error{Code: abri.CodeNotFound, Place: v.Group, What: "there is no group of this code", Remedy: "`abri-observatory group CODE SITE…` makes one"}
}

type sitesVerb struct {
	scope
	JSON bool `help:"Print it as JSON."`
}

// Help is the example under `abri-observatory sites --help`.
func (sitesVerb) Help() string { return "Example: abri-observatory sites --group durand" }

func (v sitesVerb) Run(s *shell) error {
	return s.with(func(l *ledger.Ledger, _ *authority.Authority) error {
		which, err := v.of(s, l)
		if err != nil {
			return err
		}
		all, err := l.Standings(s.ctx, which, s.now())
		if err != nil {
			return err
		}
		if v.JSON {
			out := []api.Site{}
			for _, x := range all {
				out = append(out, api.SiteOf(x))
			}
			return printJSON(s, out)
		}
		w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
		fmt.Fprintln(w, "SITE\tNAME\tROLL-OUT\tSKY\tATTACKS TODAY\tLAST HEARD")
		for _, x := range all {
			heard := "never"
			if !x.Heard.IsZero() {
				heard = x.Heard.Local().Format(time.DateTime)
			}
			fmt.Fprintf(w, "%d\t%s\t%s\t%s\t%d\t%s\n", x.Number, x.Name, x.Rollout, x.Sky, x.Attacks, heard)
		}
		return w.Flush()
	})
}

type groupVerb struct {
	Code  string  `arg:"" help:"The group's code, such as an EPCI's SIREN or a technician's name."`
	Sort  string  `default:"technician" enum:"epci,canton,trade,technician" help:"epci, canton, trade or technician."`
	Name  string  `help:"The group's name." placeholder:"NAME"`
	Sites []int64 `arg:"" optional:"" help:"The numbers of the sites to put into it."`
}

// Help is the example under `abri-observatory group --help`.
func (groupVerb) Help() string {
	return "Example: abri-observatory group durand 42304 42218 --name \"M. Durand\""
}

func (v groupVerb) Run(s *shell) error {
	return s.with(func(l *ledger.Ledger, _ *authority.Authority) error {
		if err := s.entered(l, v.Sites...); err != nil {
			return err
		}
		if v.Name == "" {
			v.Name = v.Code
		}
		n, err := l.PutGroup(s.ctx, ledger.Group{Sort: ledger.GroupSort(v.Sort), Code: v.Code, Name: v.Name})
		if err == nil {
			err = l.Join(s.ctx, n, v.Sites...)
		}
		if err != nil {
			return err
		}
		members, err := l.Members(s.ctx, n)
		fmt.Fprintf(s.out, "%s; sites: %d\n", v.Name, len(members))
		return err
	})
}

type releaseVerb struct {
	Address string        `arg:"" help:"Address or CIDR that should pass; a /24 or a /56 at the most."`
	For     time.Duration `default:"24h" help:"How long." placeholder:"24h"`
	scope
}

// Help is the example under `abri-observatory release --help`.
func (releaseVerb) Help() string {
	return "Boxes learn of it within half a minute.\n\nExample: abri-observatory release 51.75.1.9 --group durand --for 24h"
}

func (v releaseVerb) Run(s *shell) error {
	p, err := fleet.ParsePrefix(v.Address)
	if err != nil {
		return err
	}
	return s.with(func(l *ledger.Ledger, _ *authority.Authority) error {
		which, err := v.of(s, l)
		if err != nil {
			return err
		}
		sites := []int64{which.Site}
		if which.Group != 0 {
			if sites, err = l.Members(s.ctx, which.Group); err != nil {
				return err
			}
		} else if which.Site == 0 {
			return &abri.Error{Code: abri.CodeInvalid, What: "at which site", Remedy: "--site NUMBER or --group CODE"}
		}
		o := fleet.Order{Verb: fleet.VerbRelease, Prefix: p, Until: s.now().Add(v.For), By: who()}
		if err := o.Check(s.now()); err != nil {
			return &abri.Error{Code: abri.CodeRefused, Place: v.Address, What: "boxes do not take this from afar", Err: err}
		}
		n, err := l.Ask(s.ctx, o, s.now(), sites...)
		if err == nil {
			fmt.Fprintf(s.out, "%s is released for %s; sites: %d\n", v.Address, v.For, n)
		}
		return err
	})
}

type communesVerb struct {
	File string `arg:"" help:"GeoJSON in the form of geo.api.gouv.fr, with contours or centres."`
}

// Help is the example under `abri-observatory communes --help`.
func (communesVerb) Help() string { return "Example: abri-observatory communes communes-42.geojson" }

func (v communesVerb) Run(s *shell) error {
	f, err := os.Open(v.File)
	if err != nil {
		return &abri.Error{Code: abri.CodeInvalid, Place: v.File, What: "the communes can't be opened", Remedy: "give the path of a file that can be read", Err: err}
	}
	defer f.Close()
	all, err := communes.Read(f)
	if err != nil {
		return err
	}
	return s.with(func(l *ledger.Ledger, _ *authority.Authority) error {
		err := l.PutCommunes(s.ctx, all)
		if err == nil {
			fmt.Fprintf(s.out, "%d communes\n", len(all))
		}
		return err
	})
}

type countVerb struct {
	scope
	By   string `default:"month" enum:"all,day,month,year,kind,service,country" help:"all, day, month, year, kind, service or country."`
	From string `help:"The first day; a year ago when left out." placeholder:"2026-01-01"`
	To   string `help:"The last day; today when left out." placeholder:"2026-12-31"`
	JSON bool   `help:"Print it as JSON."`
}

// Help is the example under `abri-observatory count --help`.
func (countVerb) Help() string {
	return "An attack is counted once, on its first day. Figures of one site are to the last report, those of several as old as a minute.\n\nExample: abri-observatory count --by service --from 2026-01-01"
}

func (v countVerb) Run(s *shell) error {
	return s.with(func(l *ledger.Ledger, _ *authority.Authority) error {
		which, err := v.of(s, l)
		if err != nil {
			return err
		}
		today := abri.DayOf(s.now(), time.Local)
		q := ledger.Question{Scope: which, From: today.Add(-365), To: today, By: ledger.By(v.By)}
		if v.From != "" {
			q.From = abri.Day(v.From)
		}
		if v.To != "" {
			q.To = abri.Day(v.To)
		}
		figures, err := l.Count(s.ctx, q)
		if err != nil {
			return err
		}
		if v.JSON {
			out := []api.Figure{}
			for _, f := range figures {
				out = append(out, api.FigureOf(f))
			}
			return printJSON(s, out)
		}
		w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', tabwriter.AlignRight)
		fmt.Fprintf(w, "%s\tATTACKS\tNEUTRALISED\tWOULD BLOCK\t\n", v.By)
		for _, f := range figures {
			fmt.Fprintf(w, "%s\t%d\t%d\t%d\t\n", f.Word, f.Attacks, f.Neutralised, f.WouldBlock)
		}
		return w.Flush()
	})
}
