package api

import (
	"context"
	"time"

	"abri.example/abri"
	"abri.example/abri/observatory/ledger"
	"abri.example/abri/observatory/people"
	"abri.example/abri/observatory/webhook"
)

// Webhook is a program that is told what happens.
type Webhook struct {
	ID       string          `json:"id"`
	Name     string          `json:"name"`
	URL      string          `json:"url"`
	Secret   string          `json:"secret,omitempty" doc:"Which signs; shown once, when it is made."`
	Topics   []ledger.Topic  `json:"topics"`
	Severity ledger.Severity `json:"severity" enum:"serious,outward,all"`
	Near     bool            `json:"near"`
	Made     time.Time       `json:"made"`
	Failing  time.Time       `json:"failing,omitzero" doc:"Since when it takes nothing."`
	Stopped  time.Time       `json:"stopped,omitzero" doc:"When it was given up."`
	Waiting  int             `json:"waiting"`
	Dropped  uint64          `json:"dropped" doc:"Left out because too many waited."`
}

// WebhookOf is a webhook in these words, without its secret.
func WebhookOf(w ledger.Webhook) Webhook {
	return Webhook{ID: w.ID, Name: w.Name, URL: w.URL, Topics: w.Topics, Severity: w.Severity, Near: w.Near, Made: w.Made.UTC(), Failing: w.Failing, Stopped: w.Stopped, Waiting: w.Waiting, Dropped: w.Dropped}
}

// Webhooks are several.
type Webhooks struct {
	Webhooks []Webhook `json:"webhooks"`
}

// WebhookWish is one to be made.
type WebhookWish struct {
	Name     string          `json:"name" minLength:"1" maxLength:"100"`
	URL      string          `json:"url" maxLength:"500" example:"https://programme.example/abri"`
	Topics   []ledger.Topic  `json:"topics" minItems:"1" maxItems:"6" enum:"attack,site.silent,site.back,box.enrolled,box.revoked,box.cloned"`
	Severity ledger.Severity `json:"severity,omitempty" enum:"serious,outward,all" default:"serious" doc:"From which attacks on it is told: what boxes tell at once, what leaves a site, every one."`
	Near     bool            `json:"near,omitempty" doc:"It may lie in the observatory's own network, and speak without TLS. For administrators."`
}

// Call is something that a webhook was told, or waits for.
type Call struct {
	ID     string       `json:"id"`
	Topic  ledger.Topic `json:"topic"`
	Site   int64        `json:"site,omitempty"`
	At     time.Time    `json:"at"`
	Due    time.Time    `json:"due,omitzero"`
	Tries  int          `json:"tries"`
	Ended  time.Time    `json:"ended,omitzero"`
	Answer string       `json:"answer,omitempty"`
}

// Calls are several, the last first.
type Calls struct {
	Calls []Call `json:"calls"`
}

// CallsOf are calls in these words.
func CallsOf(all []ledger.Told) Calls {
	out := Calls{Calls: []Call{}}
	for _, t := range all {
		out.Calls = append(out.Calls, Call{t.Call, t.Topic, t.Site, t.At, t.Due, t.Tries, t.Ended, t.Answer})
	}
	return out
}

// webhooks are the operations on the webhooks of the key's person.
func webhooks(a *api) {
	add(a, operation{id: "list-webhooks", method: "GET", path: "/webhooks", summary: "The webhooks of the key's person", tag: "Programs", need: people.Connect},
		func(ctx context.Context, c *caller, _ *struct{}) (Webhooks, error) {
			all, err := a.ledger.Webhooks(ctx, c.Who().ID)
			out := Webhooks{Webhooks: []Webhook{}}
			for _, w := range all {
				out.Webhooks = append(out.Webhooks, WebhookOf(w))
			}
			return out, err
		})
	type wish struct{ Body WebhookWish }
	add(a, operation{id: "make-webhook", method: "POST", path: "/webhooks", summary: "Be told what happens at the sites that the person sees", tag: "Programs", need: people.Connect, status: 201},
		func(ctx context.Context, c *caller, in *wish) (Webhook, error) {
			if c.narrowed(ctx, a.ledger) {
				return Webhook{}, &abri.Error{Code: abri.CodeRefused, What: "a webhook has the scope of its person, which is more than this key's", Remedy: "make it on the page « Programmes »"}
			}
			w, err := webhook.Make(ctx, a.ledger, c.Who(), webhook.Wish{Name: in.Body.Name, URL: in.Body.URL, Topics: in.Body.Topics, Severity: in.Body.Severity, Near: in.Body.Near}, a.Now())
			if err != nil {
				return Webhook{}, err
			}
			out := WebhookOf(w)
			out.Secret = webhook.SecretOf(w)
			return out, nil
		})
	type one struct {
		ID string `path:"id" maxLength:"40"`
	}
	act(a, operation{id: "remove-webhook", method: "DELETE", path: "/webhooks/{id}", summary: "Be told no more", tag: "Programs", need: people.Connect},
		func(ctx context.Context, c *caller, in *one) error {
			return a.ledger.RemoveWebhook(ctx, in.ID, c.Who().ID)
		})
	act(a, operation{id: "test-webhook", method: "POST", path: "/webhooks/{id}/test", summary: "Have it told that somebody asks whether it hears", tag: "Programs", need: people.Connect},
		func(ctx context.Context, c *caller, in *one) error {
			if err := a.owns(ctx, c, in.ID); err != nil {
				return err
			}
			return a.ledger.TestWebhook(ctx, in.ID, a.Now())
		})
	add(a, operation{id: "list-calls", method: "GET", path: "/webhooks/{id}/calls", summary: "What it was told, and what waits, the last first", tag: "Programs", need: people.Connect},
		func(ctx context.Context, c *caller, in *one) (Calls, error) {
			if err := a.owns(ctx, c, in.ID); err != nil {
				return Calls{}, err
			}
			all, err := a.ledger.Calls(ctx, in.ID, 100)
			return CallsOf(all), err
		})
}

// narrowed reports whether the key sees or may less than its person.
func (c *caller) narrowed(ctx context.Context, l *ledger.Ledger) bool {
	whole, err := l.Person(ctx, c.key.Person)
	return err != nil || whole.Role != c.Who().Role || len(c.key.Scope.Groups)+len(c.key.Scope.Sites) > 0
}

// owns refuses a webhook that is not the person's.
func (a *api) owns(ctx context.Context, c *caller, id string) error {
	all, err := a.ledger.Webhooks(ctx, c.Who().ID)
	if err != nil {
		return err
	}
	for _, w := range all {
		if w.ID == id {
			return nil
		}
	}
	return &abri.Error{Code: abri.CodeNotFound, What: "there is no such webhook"}
}

// Key is a key of the person, without its word.
type Key struct {
	ID     string      `json:"id"`
	Name   string      `json:"name"`
	Role   people.Role `json:"role" enum:"administrator,technician,group-reader,site-reader"`
	Groups []int64     `json:"groups"`
	Sites  []int64     `json:"sites"`
	Made   time.Time   `json:"made"`
	Until  time.Time   `json:"until"`
	Used   time.Time   `json:"used,omitzero"`
}

// KeyOf is a key in these words.
func KeyOf(k ledger.Key) Key {
	return Key{k.ID, k.Name, k.Role, orNone(k.Scope.Groups), orNone(k.Scope.Sites), k.Made, k.Until, k.Used}
}

// Keys are several.
type Keys struct {
	Keys []Key `json:"keys"`
}

// keys are the operations on the keys of the key's person. None makes one: that is for people.
func keys(a *api) {
	add(a, operation{id: "list-keys", method: "GET", path: "/keys", summary: "The keys of the key's person", tag: "Programs", need: people.Connect},
		func(ctx context.Context, c *caller, _ *struct{}) (Keys, error) {
			all, err := a.ledger.Keys(ctx, c.Who().ID)
			out := Keys{Keys: []Key{}}
			for _, k := range all {
				out.Keys = append(out.Keys, KeyOf(k))
			}
			return out, err
		})
	type one struct {
		ID string `path:"id" maxLength:"40"`
	}
	act(a, operation{id: "remove-key", method: "DELETE", path: "/keys/{id}", summary: "Take a key away, at once", tag: "Programs", need: people.Connect},
		func(ctx context.Context, c *caller, in *one) error { return a.ledger.RemoveKey(ctx, in.ID, c.Who().ID) })
}
