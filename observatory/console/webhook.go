package console

import (
	"fmt"
	"slices"
	"text/tabwriter"
	"time"

	"abri.example/abri"
	"abri.example/abri/observatory/api"
	"abri.example/abri/observatory/authority"
	"abri.example/abri/observatory/ledger"
)

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
		all, err := l.Webhooks(s.ctx, "")
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(all, func(w ledger.Webhook) bool { return w.ID == v.ID }) {
			return &abri.Error{Code: abri.CodeNotFound, Place: v.ID, What: "there is no such webhook", Remedy: seeWebhooks}
		}
		calls, err := l.Calls(s.ctx, v.ID, 100)
		if err != nil {
			return err
		}
		if v.JSON {
			return printJSON(s, api.CallsOf(calls))
		}
		w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
		fmt.Fprintln(w, "AT\tTOPIC\tSITE\tTRIES\tENDED\tANSWER")
		for _, c := range calls {
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
	return s.with(func(l *ledger.Ledger, _ *authority.Authority) error {
		return missing(l.RemoveWebhook(s.ctx, v.ID, ""), v.ID, seeWebhooks)
	})
}
