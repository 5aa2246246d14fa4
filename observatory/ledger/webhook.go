package ledger

import (
	"context"
	"database/sql"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"abri.example/abri"
	"abri.example/abri/fleet"
	"abri.example/abri/observatory/audit"
	"abri.example/abri/observatory/people"
)

// Topic is what a webhook is told of.
type Topic string

// The topics.
const (
	TopicAttack   Topic = "attack"       // one that began, of the webhook's severity
	TopicSilent   Topic = "site.silent"  // nothing was heard for SilentAfter
	TopicBack     Topic = "site.back"    // it is heard again
	TopicEnrolled Topic = "box.enrolled" // a person confirmed it
	TopicRevoked  Topic = "box.revoked"  // a person took it out
	TopicCloned   Topic = "box.cloned"   // two have its certificate: a person should look
	TopicTest     Topic = "test"         // a person asked whether it is heard; every webhook is told
)

// Topics lists those that a webhook may be told of. Do not write to it.
var Topics = []Topic{TopicAttack, TopicSilent, TopicBack, TopicEnrolled, TopicRevoked, TopicCloned}

// Severity is from which attacks on a webhook is told.
type Severity string

// The severities: what a box tells at once (fleet.Serious), whatever leaves a site, every attack.
const (
	Serious Severity = "serious"
	Outward Severity = "outward"
	All     Severity = "all"
)

// Severities lists them, the gravest first. Do not write to it.
var Severities = []Severity{Serious, Outward, All}

// takes reports whether an attack is of the severity.
func (s Severity) takes(a *fleet.Attack) bool {
	switch s {
	case All:
		return true
	case Outward:
		return a.Direction == abri.Out || fleet.Serious(abri.Attack{Kind: a.Kind, Direction: a.Direction})
	}
	return fleet.Serious(abri.Attack{Kind: a.Kind, Direction: a.Direction})
}

// Webhook is a program that is told what happens at the sites that a person sees. Near lets it lie in the observatory's
// own network. Dropped is how many were left out because MostCalls waited.
type Webhook struct {
	ID       string
	Person   string
	Name     string
	URL      string
	Secret   []byte
	Topics   []Topic
	Severity Severity
	Near     bool
	Made     time.Time
	Failing  time.Time
	Stopped  time.Time
	Dropped  uint64
	Waiting  int
}

// Bounds of webhooks: of one person, and of what waits for one.
const (
	MostWebhooks = 20
	MostCalls    = 10_000
)

// hook is a webhook as those who raise events know it.
type hook struct {
	Webhook
	who     people.Person
	waiting atomic.Int64
}

// PutWebhook enters a webhook. CodeRefused when the person has too many.
func (l *Ledger) PutWebhook(ctx context.Context, w Webhook) error {
	err := l.act(ctx, "entering a webhook in", audit.ManageKey, "webhook "+w.ID+" "+w.Name+" to "+w.URL, func(tx *sql.Tx) error {
		if _, err := standingPerson(ctx, tx, w.Person); err != nil {
			return err
		}
		var n int
		if err := tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM webhooks WHERE person = $1`, w.Person).Scan(&n); err != nil {
			return err
		}
		if n >= MostWebhooks {
			return &abri.Error{Code: abri.CodeRefused, What: "this person has too many webhooks", Remedy: "take one away first"}
		}
		return l.kind.put(ctx, l, tx, webhooksTable, "", [][]any{{w.ID, w.Person, w.Name, w.URL, w.Secret, spellTopics(w.Topics), string(w.Severity), flag(w.Near),
			nanos(w.Made), int64(0), int64(0), int64(0)}})
	})
	if err != nil {
		return err
	}
	return l.RefreshWebhooks(ctx)
}

// RemoveWebhook takes one away, with what it waits for. CodeNotFound when the person has none of this ID; "" is anybody.
func (l *Ledger) RemoveWebhook(ctx context.Context, id, person string) error {
	err := l.act(ctx, "taking a webhook out of", audit.ManageKey, "webhook "+id+" taken away", func(tx *sql.Tx) error {
		if err := mustTouchIn(ctx, tx, "there is no such webhook", `DELETE FROM webhooks WHERE webhook = $1 AND (person = $2 OR $2 = '')`, id, person); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `DELETE FROM calls WHERE webhook = $1`, id)
		return err
	})
	if err != nil {
		return err
	}
	return l.RefreshWebhooks(ctx)
}

// Webhooks gives those of a person, of everybody with "", by name.
func (l *Ledger) Webhooks(ctx context.Context, person string) ([]Webhook, error) {
	out, err := query(ctx, l.read, func(r *sql.Rows) (w Webhook, err error) {
		var topics string
		var near int64
		err = r.Scan(&w.ID, &w.Person, &w.Name, &w.URL, &w.Secret, &topics, &w.Severity, &near, timeOf{&w.Made}, timeOf{&w.Failing}, timeOf{&w.Stopped}, &w.Dropped, &w.Waiting)
		w.Topics, w.Near = readTopics(topics), near != 0
		return w, err
	}, `SELECT webhook, person, name, url, secret, topics, severity, near, made, failing, stopped, dropped,
		(SELECT COUNT(*) FROM calls c WHERE c.webhook = webhooks.webhook AND c.ended = 0) FROM webhooks WHERE person = $1 OR $1 = '' ORDER BY name, webhook`, person)
	return out, l.explain("reading webhooks of", err)
}

// RefreshWebhooks reads the webhooks anew, with what their people see now. It is to be called every second or so: what
// another process entered is told from then on.
func (l *Ledger) RefreshWebhooks(ctx context.Context) error {
	all, err := l.Webhooks(ctx, "")
	if err != nil {
		return err
	}
	var out []*hook
	for _, w := range all {
		who, err := l.Person(ctx, w.Person)
		if abri.CodeOf(err) == abri.CodeNotFound {
			continue // was taken out: nothing is his any more
		}
		if err != nil {
			return err
		}
		if w.Stopped.IsZero() {
			h := &hook{Webhook: w, who: who}
			h.waiting.Store(int64(w.Waiting))
			out = append(out, h)
		}
	}
	l.hooks.Store(&out)
	return nil
}

func spellTopics(topics []Topic) string {
	var out []string
	for _, t := range topics {
		out = append(out, string(t))
	}
	return strings.Join(out, " ")
}

func readTopics(s string) (out []Topic) {
	for word := range strings.FieldsSeq(s) {
		out = append(out, Topic(word))
	}
	return out
}

// wants reports whether the webhook is told of what happened at a site in these groups.
func (h *hook) wants(e *happening, groups []int64) bool {
	if e.topic == TopicTest {
		return e.only == h.ID
	}
	return slices.Contains(h.Topics, e.topic) && (e.attack == nil || h.Severity.takes(e.attack)) && h.who.MayAt(people.Read, e.site, groups)
}
