package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"net/netip"
	"time"

	"abri.example/abri"
)

// Decision is what a person or a detector decided of a prefix: a ban (RuleBan), a release (RuleExempt) or a trust
// (RuleTrusted), until a wall time, or for ever when Until is zero; by whom, when, and why. There is one of each rule
// for a prefix; of bans, one for each door of it beside that of the whole.
type Decision struct {
	Rule   abri.Rule
	Prefix netip.Prefix
	Door   abri.Door // of a ban by source and service
	Until  time.Time
	By     string
	At     time.Time
	Why    abri.Why
}

// verbs says each rule that may be decided as the audit log does.
var verbs = map[abri.Rule]string{abri.RuleBan: "ban", abri.RuleExempt: "release", abri.RuleTrusted: "trust"}

// Decide keeps a decision in place of an earlier one of the same rule and prefix, and writes the audit log with it.
// A prefix is kept without its host bits. Another rule, or no prefix, is CodeInvalid.
func (s *Store) Decide(ctx context.Context, d Decision) error {
	verb, err := verbOf(d.Rule, d.Prefix)
	if err != nil {
		return err
	}
	d.Prefix = d.Prefix.Masked()
	why, err := json.Marshal(d.Why)
	if err != nil {
		return s.explain("deciding in", err)
	}
	object := d.Prefix.String()
	if d.Door != (abri.Door{}) {
		object += " at " + d.Door.String()
	}
	if !d.Until.IsZero() {
		object += " until " + d.Until.UTC().Format(time.RFC3339)
	}
	return s.transact(ctx, "deciding in", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO decisions (rule, prefix, door, until, by, at, why) VALUES (?,?,?,?,?,?,?)
			ON CONFLICT (rule, prefix, door) DO UPDATE SET until = excluded.until, by = excluded.by, at = excluded.at, why = excluded.why`,
			string(d.Rule), d.Prefix.String(), d.Door.String(), nanos(d.Until), d.By, nanos(d.At), string(why))
		if err != nil {
			return err
		}
		return appendEntry(ctx, tx, Entry{At: d.At, Actor: d.By, Verb: verb, Object: object})
	})
}

// Withdraw ends the decisions of a rule for a prefix, at whichever door, and writes the audit log with it. CodeNotFound when there is none.
func (s *Store) Withdraw(ctx context.Context, rule abri.Rule, prefix netip.Prefix, by string, at time.Time) error {
	verb, err := verbOf(rule, prefix)
	if err != nil {
		return err
	}
	prefix = prefix.Masked()
	return s.transact(ctx, "withdrawing in", func(tx *sql.Tx) error {
		done, err := tx.ExecContext(ctx, `DELETE FROM decisions WHERE rule = ? AND prefix = ?`, string(rule), prefix.String())
		if err != nil {
			return err
		}
		if n, err := done.RowsAffected(); err != nil {
			return err
		} else if n == 0 {
			return &abri.Error{Code: abri.CodeNotFound, What: fmt.Sprintf("no %s of %s stands", verb, prefix),
				Remedy: "give the prefix as it was decided"}
		}
		return appendEntry(ctx, tx, Entry{At: at, Actor: by, Verb: "withdraw " + verb, Object: prefix.String()})
	})
}

func verbOf(rule abri.Rule, prefix netip.Prefix) (string, error) {
	verb, ok := verbs[rule]
	if !ok {
		return "", &abri.Error{Code: abri.CodeInvalid, What: fmt.Sprintf("a decision of the rule %q", rule),
			Remedy: "decide ban, exempt or trusted"}
	}
	if !prefix.IsValid() {
		return "", &abri.Error{Code: abri.CodeInvalid, What: "a decision without a prefix", Remedy: "give an address or a prefix"}
	}
	return verb, nil
}

// Decisions gives the decisions that stand at now, oldest first.
func (s *Store) Decisions(ctx context.Context, now time.Time) ([]Decision, error) {
	return query(ctx, s, "reading decisions from", scanDecision,
		`SELECT rule, prefix, door, until, by, at, why FROM decisions WHERE until = 0 OR until > ? ORDER BY at, rule, prefix, door`, nanos(now))
}

func scanDecision(r *sql.Rows) (d Decision, err error) {
	var prefix, door string
	var until, at int64
	var why []byte
	if err = r.Scan(&d.Rule, &prefix, &door, &until, &d.By, &at, &why); err != nil {
		return d, err
	}
	d.Until, d.At = instant(until), instant(at)
	if d.Prefix, err = netip.ParsePrefix(prefix); err != nil {
		return d, err
	}
	if d.Door, err = abri.ParseDoor(door); err != nil {
		return d, err
	}
	return d, json.Unmarshal(why, &d.Why)
}
