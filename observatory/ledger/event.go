package ledger

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/netip"
	"time"

	"abri.example/abri"
	"abri.example/abri/fleet"
)

// Event is what a webhook is told, in the form of Standard Webhooks 1.0 (standardwebhooks.com): its topic, when it
// happened, and where. Fields are added, none renamed.
type Event struct {
	Type      Topic     `json:"type"`
	Timestamp time.Time `json:"timestamp,omitzero"`
	Data      EventData `json:"data"`
}

// EventData is where it happened, and to what.
type EventData struct {
	Site   int64        `json:"site,omitempty"`
	Code   string       `json:"code,omitempty"`
	Name   string       `json:"name,omitempty"`
	Box    string       `json:"box,omitempty"`
	Since  time.Time    `json:"since,omitzero"` // a silence's beginning
	Attack *EventAttack `json:"attack,omitempty"`
}

// EventAttack is an attack as it was first told. Nothing of it says what is inside the site.
type EventAttack struct {
	ID        string         `json:"id"`
	Day       abri.Day       `json:"day"`
	Kind      abri.Kind      `json:"kind"`
	Family    abri.Family    `json:"family"`
	Service   abri.Service   `json:"service"`
	Direction abri.Direction `json:"direction"`
	Outside   netip.Addr     `json:"outside,omitzero"`
	Country   string         `json:"country,omitempty"`
	First     time.Time      `json:"first"`
	Last      time.Time      `json:"last"`
	Attempts  uint64         `json:"attempts"`
	Outcome   abri.Outcome   `json:"outcome"`
}

// happening is something of which webhooks are told. Key tells it apart from others of its topic and site; only is the
// one webhook that a test is for.
type happening struct {
	topic   Topic
	site    int64
	key     string
	at      time.Time
	box     string
	since   time.Time
	attack  *fleet.Attack
	country Country
	only    string
}

// id is the same whenever the same thing is raised again.
func (e *happening) id() string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %d %s", e.topic, e.site, e.key))
	return "evt_" + hex.EncodeToString(sum[:16])
}

// raise puts what happened into the outbox of each webhook that is told of it, in the transaction in which it happens.
// What was raised before is not raised again. Without webhooks it costs nothing.
func (l *Ledger) raise(ctx context.Context, tx *sql.Tx, e happening) error {
	hooks := l.hooks.Load()
	if hooks == nil || len(*hooks) == 0 {
		return nil
	}
	groups, err := groupsIn(ctx, tx, e.site)
	if err != nil {
		return err
	}
	var body string
	for _, h := range *hooks {
		if !h.wants(&e, groups) {
			continue
		}
		if h.waiting.Add(1) > MostCalls {
			if _, err := tx.ExecContext(ctx, `UPDATE webhooks SET dropped = dropped + 1 WHERE webhook = $1`, h.ID); err != nil {
				return err
			}
			continue
		}
		if body == "" {
			if body, err = l.spell(ctx, tx, &e); err != nil {
				return err
			}
		}
		row := []any{h.ID, e.id(), string(e.topic), e.site, nanos(e.at), body, nanos(e.at), int64(0), int64(0), ""}
		if err := l.kind.put(ctx, l, tx, callsTable, callsTable.orKeep(), [][]any{row}); err != nil {
			return err
		}
	}
	return nil
}

func groupsIn(ctx context.Context, tx *sql.Tx, site int64) ([]int64, error) {
	return query(ctx, tx, func(r *sql.Rows) (n int64, err error) { return n, r.Scan(&n) }, `SELECT grp FROM members WHERE site = $1`, site)
}

// spell writes what happened as it is sent.
func (l *Ledger) spell(ctx context.Context, tx *sql.Tx, e *happening) (string, error) {
	out := Event{Type: e.topic, Timestamp: e.at.UTC(), Data: EventData{Site: e.site, Box: e.box, Since: e.since}}
	if e.site != 0 {
		err := tx.QueryRowContext(ctx, `SELECT code, name FROM sites WHERE site = $1`, e.site).Scan(&out.Data.Code, &out.Data.Name)
		if err != nil && err != sql.ErrNoRows {
			return "", err
		}
	}
	if a := e.attack; a != nil {
		out.Data.Attack = &EventAttack{ID: a.ID, Day: a.Day, Kind: a.Kind, Family: a.Kind.Family(), Service: a.Service, Direction: a.Direction, Outside: a.Outside,
			Country: e.country(*a), First: a.First.UTC(), Last: a.Last.UTC(), Attempts: a.Attempts, Outcome: a.Outcome}
	}
	b, err := json.Marshal(out)
	return string(b), err
}

// raiseAttacks tells of the attacks of reports that were taken. A later revision of one that was told is told no more.
func (l *Ledger) raiseAttacks(ctx context.Context, tx *sql.Tx, taken []*delivery) error {
	if hooks := l.hooks.Load(); hooks == nil || len(*hooks) == 0 {
		return nil
	}
	for _, d := range taken {
		for i := range d.report.Attacks {
			a := &d.report.Attacks[i]
			e := happening{topic: TopicAttack, site: d.report.Site, key: string(a.Day) + " " + a.ID, at: d.at, attack: a, country: d.country}
			if err := l.raise(ctx, tx, e); err != nil {
				return err
			}
		}
	}
	return nil
}
