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
			return err
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
	return s.with(func(l *ledger.Ledger, _ *authority.Authority) error { return l.RemoveKey(s.ctx, v.ID, "") })
}

type webhookVerb struct {
	List   webhookListVerb   `cmd:"" help:"The webhooks there are, and how they fare."`
	Calls  webhookCallsVerb  `cmd:"" help:"What one was told, and what waits."`
	Revoke webhookRevokeVerb `cmd:"" help:"Have one told no more."`
}

type webhookListVerb struct {
	JSON bool `help:"Print it as JSON."`
}

// Help is the example under `abri-observatory webhook list --help`.
func (webhookListVerb) Help() string {
	return "A webhook is made by a person on the page « Programmes », or by a program with a key.\n\nExample: abri-observatory webhook list"
}

func (v webhookListVerb) Run(s *shell) error {
	return s.with(func(l *ledger.Ledger, _ *authority.Authority) error {
		all, err := l.Webhooks(s.ctx, "")
		if err != nil {
			return err
		}
		if v.JSON {
			out := []api.Webhook{}
			for _, x := range all {
				out = append(out, api.WebhookOf(x))
			}
			return printJSON(s, out)
		}
		w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
		fmt.Fprintln(w, "ID\tNAME\tPERSON\tURL\tWAITING\tFAILING SINCE\tSTOPPED")
		for _, x := range all {
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%d\t%s\t%s\n", x.ID, x.Name, x.Person, x.URL, x.Waiting, orNever(x.Failing), orNever(x.Stopped))
		}
		return w.Flush()
	})
}

type webhookCallsVerb struct {
	ID   string `arg:"" help:"The webhook's id."`
	JSON bool   `help:"Print it as JSON."`
}

// Help is the example under `abri-observatory webhook calls --help`.
func (webhookCallsVerb) Help() string {
	return "Example: abri-observatory webhook calls k3j9x2m4q7aabbcc"
}

func (v webhookCallsVerb) Run(s *shell) error {
	return s.with(func(l *ledger.Ledger, _ *authority.Authority) error {
		all, err := l.Calls(s.ctx, v.ID, 100)
		if err != nil {
			return err
		}
		if v.JSON {
			return printJSON(s, api.CallsOf(all))
		}
		w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
		fmt.Fprintln(w, "AT\tTOPIC\tSITE\tTRIES\tENDED\tANSWER")
		for _, c := range all {
			fmt.Fprintf(w, "%s\t%s\t%d\t%d\t%s\t%s\n", c.At.Local().Format(time.DateTime), c.Topic, c.Site, c.Tries, orNever(c.Ended), c.Answer)
		}
		return w.Flush()
	})
}

type webhookRevokeVerb struct {
	ID string `arg:"" help:"The webhook's id."`
}

// Help is the example under `abri-observatory webhook revoke --help`.
func (webhookRevokeVerb) Help() string {
	return "Example: abri-observatory webhook revoke k3j9x2m4q7aabbcc"
}

func (v webhookRevokeVerb) Run(s *shell) error {
	return s.with(func(l *ledger.Ledger, _ *authority.Authority) error { return l.RemoveWebhook(s.ctx, v.ID, "") })
}
