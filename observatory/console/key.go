package console

import (
	"fmt"
	"text/tabwriter"
	"time"

	"abri.example/abri/observatory/api"
	"abri.example/abri/observatory/authority"
	"abri.example/abri/observatory/key"
	"abri.example/abri/observatory/ledger"
	"abri.example/abri/observatory/people"
)

type keyVerb struct {
	Make   keyMakeVerb   `cmd:"" help:"Make a key for a program of a person; prints it once."`
	List   keyListVerb   `cmd:"" help:"The keys there are."`
	Revoke keyRevokeVerb `cmd:"" help:"Take a key away, at once."`
}

type keyMakeVerb struct {
	Name   string `required:"" help:"What program has it." placeholder:"NAME"`
	Person string `required:"" help:"For whom it speaks: his id, as person list prints it." placeholder:"ID"`
	part
	For  time.Duration `default:"8784h" help:"How long it is good; two years at the most." placeholder:"8784h"`
	JSON bool          `help:"Print it as JSON."`
}

// Help is the example under `abri-observatory key make --help`.
func (keyMakeVerb) Help() string {
	return "A key never sees or does more than its person. The program shows it: Authorization: Bearer KEY. Without a group and a site it has the person's own part.\n\nExample: abri-observatory key make --name supervision --person first --role administrator"
}

func (v keyMakeVerb) Run(s *shell) error {
	return s.with(func(l *ledger.Ledger, _ *authority.Authority) error {
		who, err := l.Person(s.ctx, v.Person)
		if err != nil {
			return missing(err, v.Person, seePeople)
		}
		scope, err := v.scope(s, l)
		if err != nil {
			return err
		}
		k, word, err := key.Make(s.ctx, l, who, key.Wish{Name: v.Name, Role: people.Role(v.Role), Scope: scope, Lasting: v.For}, s.now())
		if err != nil {
			return err
		}
		if v.JSON {
			return printJSON(s, struct {
				api.Key
				Word string `json:"word"`
			}{api.KeyOf(k), word})
		}
		fmt.Fprintln(s.out, word)
		return nil
	})
}

type keyListVerb struct {
	JSON bool `help:"Print it as JSON."`
}

// Help is the example under `abri-observatory key list --help`.
func (keyListVerb) Help() string { return "Example: abri-observatory key list" }

func (v keyListVerb) Run(s *shell) error {
	return s.with(func(l *ledger.Ledger, _ *authority.Authority) error {
		all, err := l.Keys(s.ctx, "")
		if err != nil {
			return err
		}
		if v.JSON {
			out := []api.Key{}
			for _, k := range all {
				out = append(out, api.KeyOf(k))
			}
			return printJSON(s, out)
		}
		w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
		fmt.Fprintln(w, "ID\tNAME\tPERSON\tROLE\tUNTIL\tLAST USED")
		for _, k := range all {
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", k.ID, k.Name, k.Person, k.Role, k.Until.Local().Format(time.DateOnly), orNever(k.Used))
		}
		return w.Flush()
	})
}

// orNever is a time, or that there was none.
func orNever(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return t.Local().Format(time.DateTime)
}

type keyRevokeVerb struct {
	ID string `arg:"" help:"The key's id."`
}

// Help is the example under `abri-observatory key revoke --help`.
func (keyRevokeVerb) Help() string { return "Example: abri-observatory key revoke k3j9x2m4q7aa" }

func (v keyRevokeVerb) Run(s *shell) error {
	return s.with(func(l *ledger.Ledger, _ *authority.Authority) error {
		return missing(l.RemoveKey(s.ctx, v.ID, ""), v.ID, seeKeys)
	})
}
