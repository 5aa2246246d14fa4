package ledger

import (
	"context"
	"database/sql"
	"time"

	"abri.example/abri/observatory/audit"
)

// Call is one thing that a webhook is told.
type Call struct {
	Webhook
	Call  string // the id of what happened
	Topic Topic
	Site  int64
	Body  string
	Tries int // this one included
	At    time.Time
}

// Told is what became of a call, for people.
type Told struct {
	Call   string
	Topic  Topic
	Site   int64
	At     time.Time
	Due    time.Time // of the next try; zero where it ended
	Tries  int
	Ended  time.Time
	Answer string
}

// ClaimCalls gives at most limit calls that are due, the first first, and keeps each from everybody else for the lease: a
// process that ends meanwhile has told nobody, and another one tells it again with the same id.
func (l *Ledger) ClaimCalls(ctx context.Context, now time.Time, lease time.Duration, limit int) ([]Call, error) {
	unlock, err := l.kind.alone(ctx, l.write, calling)
	if err != nil {
		return nil, l.explain("reading webhooks of", err)
	}
	defer unlock()
	due, err := query(ctx, l.read, func(r *sql.Rows) (c Call, err error) {
		var near int64
		err = r.Scan(&c.Webhook.ID, &c.Call, &c.Topic, &c.Site, &c.Body, &c.Tries, timeOf{&c.At}, &c.Person, &c.URL, &c.Secret, &near, timeOf{&c.Failing})
		c.Near = near != 0
		c.Tries++
		return c, err
	}, `SELECT c.webhook, c.id, c.topic, c.site, c.body, c.tries, c.at, w.person, w.url, w.secret, w.near, w.failing FROM calls c, webhooks w
		WHERE w.webhook = c.webhook AND c.ended = 0 AND c.due <= $1 AND w.stopped = 0 ORDER BY c.due, c.id LIMIT $2`, nanos(now), limit)
	if err != nil || len(due) == 0 {
		return nil, l.explain("reading webhooks of", err)
	}
	return due, l.transact(ctx, "claiming calls in", func(tx *sql.Tx) error {
		for _, c := range due {
			if _, err := tx.ExecContext(ctx, `UPDATE calls SET due = $1, tries = $2 WHERE webhook = $3 AND id = $4`, nanos(now.Add(lease)), c.Tries, c.Webhook.ID, c.Call); err != nil {
				return err
			}
		}
		return nil
	})
}

// Heard notes that a call was taken, or is for nobody any more.
func (l *Ledger) Heard(ctx context.Context, c Call, answer string, now time.Time) error {
	return l.transact(ctx, "noting a call in", func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `UPDATE calls SET ended = $1, answer = $2 WHERE webhook = $3 AND id = $4`, nanos(now), answer, c.Webhook.ID, c.Call); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `UPDATE webhooks SET failing = 0 WHERE webhook = $1 AND failing <> 0`, c.Webhook.ID)
		return err
	})
}

// Unheard notes that a call was not taken, and when it is tried again; the zero time gives it up. What else the webhook
// should be told waits until then too: who is down is not asked for each.
func (l *Ledger) Unheard(ctx context.Context, c Call, answer string, again, now time.Time) error {
	ended := int64(0)
	if again.IsZero() {
		ended = nanos(now)
	}
	return l.transact(ctx, "noting a call in", func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `UPDATE calls SET due = $1, ended = $2, answer = $3 WHERE webhook = $4 AND id = $5`, nanos(again), ended, answer, c.Webhook.ID, c.Call); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `UPDATE calls SET due = $1 WHERE webhook = $2 AND ended = 0 AND due < $1`, nanos(again), c.Webhook.ID); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `UPDATE webhooks SET failing = $1 WHERE webhook = $2 AND failing = 0`, nanos(now), c.Webhook.ID)
		return err
	})
}

// StopWebhook tells one no more until somebody makes it anew: its receiver said that it is gone (RFC 9110, 410), or took
// nothing for too long.
func (l *Ledger) StopWebhook(ctx context.Context, id string, now time.Time) error {
	if _, err := l.exec(ctx, "stopping a webhook in", `UPDATE webhooks SET stopped = $1 WHERE webhook = $2 AND stopped = 0`, nanos(now), id); err != nil {
		return err
	}
	return l.RefreshWebhooks(ctx)
}

// TestWebhook has one told that somebody asks whether it hears.
func (l *Ledger) TestWebhook(ctx context.Context, id string, now time.Time) error {
	return l.act(ctx, "testing a webhook in", audit.ManageKey, "webhook "+id+" tested", func(tx *sql.Tx) error {
		return l.raise(ctx, tx, happening{topic: TopicTest, key: id + " " + now.String(), at: now, only: id})
	})
}

// Calls gives what a webhook was told or waits for, the last first.
func (l *Ledger) Calls(ctx context.Context, id string, limit int) ([]Told, error) {
	out, err := query(ctx, l.read, func(r *sql.Rows) (t Told, err error) {
		err = r.Scan(&t.Call, &t.Topic, &t.Site, timeOf{&t.At}, timeOf{&t.Due}, &t.Tries, timeOf{&t.Ended}, &t.Answer)
		if !t.Ended.IsZero() {
			t.Due = time.Time{}
		}
		return t, err
	}, `SELECT id, topic, site, at, due, tries, ended, answer FROM calls WHERE webhook = $1 ORDER BY at DESC, id LIMIT $2`, id, limit)
	return out, l.explain("reading calls of", err)
}
