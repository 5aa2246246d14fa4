package console

import (
	"fmt"
	"text/tabwriter"
	"time"

	"abri.example/abri/observatory/api"
	"abri.example/abri/observatory/audit"
	"abri.example/abri/observatory/authority"
	"abri.example/abri/observatory/ledger"
)

type auditVerb struct {
	List   auditListVerb   `cmd:"" default:"withargs" help:"What people did, the last first."`
	Verify auditVerifyVerb `cmd:"" help:"Check that the log is one chain; names the first link that is broken."`
}

type auditListVerb struct {
	Before uint64 `help:"Entries before this number." placeholder:"NUMBER"`
	Most   int    `default:"100" help:"How many at the most." placeholder:"100"`
	JSON   bool   `help:"Print it as JSON."`
}

// Help is the example under `abri-observatory audit --help`.
func (auditListVerb) Help() string { return "Example: abri-observatory audit --json" }

func (v auditListVerb) Run(s *shell) error {
	return s.with(func(l *ledger.Ledger, _ *authority.Authority) error {
		all, err := l.Audit(s.ctx, v.Before, min(max(v.Most, 1), 100000))
		if err != nil {
			return err
		}
		out := []api.Entry{}
		for _, e := range all {
			out = append(out, api.EntryOf(e))
		}
		if v.JSON {
			return printJSON(s, out)
		}
		w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
		fmt.Fprintln(w, "NUMBER\tWHEN\tWHO\tFROM\tACT\tON\tRESULT")
		for _, e := range out {
			fmt.Fprintf(w, "%d\t%s\t%s\t%s\t%s\t%s\t%s\n", e.Number, e.At.Local().Format(time.DateTime), e.Who, e.From, e.Act, e.On, e.Result)
		}
		return w.Flush()
	})
}

type auditVerifyVerb struct {
	Head []string `help:"An entry as it was noted elsewhere, NUMBER:HASH; it must still be there." placeholder:"NUMBER:HASH"`
	JSON bool     `help:"Print it as JSON."`
}

// Help is the example under `abri-observatory audit verify --help`.
func (auditVerifyVerb) Help() string {
	return "It prints the head of the log. Note it now and then where nobody of this machine can change it: with --head it is found when somebody who holds the database made all of it anew, or cut its end off.\n\nExample: abri-observatory audit verify"
}

func (v auditVerifyVerb) Run(s *shell) error {
	var noted []audit.Head
	for _, h := range v.Head {
		head, err := audit.ParseHead(h)
		if err != nil {
			return err
		}
		noted = append(noted, head)
	}
	return s.with(func(l *ledger.Ledger, _ *authority.Authority) error {
		head, err := l.VerifyAudit(s.ctx, noted...)
		if err != nil {
			return err
		}
		if v.JSON {
			return printJSON(s, map[string]any{"entries": head.Number, "head": head.String()})
		}
		fmt.Fprintf(s.out, "%d entries, one chain\n%s\n", head.Number, head)
		return nil
	})
}
