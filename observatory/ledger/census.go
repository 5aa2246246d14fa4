package ledger

import (
	"context"
	"database/sql"
	"time"
)

// Census is how the ledger stands, for monitoring: it names nobody.
type Census struct {
	Boxes     map[string]int // by state
	Suspected int            // boxes at which a person should look
	Ending    int            // confirmed boxes whose certificate ends soon
	Ended     int            // confirmed boxes whose certificate has ended
	Changes   int            // days of sites that wait for the next Sum
}

// Waiting is how many reports wait for the disk.
func (l *Ledger) Waiting() int { return len(l.deliveries) }

// Census counts at now; soon is within which time an end is near.
func (l *Ledger) Census(ctx context.Context, now time.Time, soon time.Duration) (Census, error) {
	c := Census{Boxes: map[string]int{}}
	type part struct {
		state                           string
		boxes, suspected, ending, ended int
	}
	parts, err := query(ctx, l.read, func(r *sql.Rows) (p part, err error) {
		return p, r.Scan(&p.state, &p.boxes, &p.suspected, &p.ending, &p.ended)
	}, `SELECT state, COUNT(*), SUM(CASE WHEN suspicion <> '' THEN 1 ELSE 0 END),
		SUM(CASE WHEN expires > $1 AND expires <= $2 THEN 1 ELSE 0 END), SUM(CASE WHEN expires > 0 AND expires <= $1 THEN 1 ELSE 0 END)
		FROM boxes GROUP BY state`, nanos(now), nanos(now.Add(soon)))
	if err != nil {
		return c, l.explain("counting in", err)
	}
	for _, p := range parts {
		c.Boxes[p.state] = p.boxes
		if p.state != Revoked {
			c.Suspected += p.suspected
		}
		if p.state == Confirmed {
			c.Ending, c.Ended = p.ending, p.ended
		}
	}
	return c, l.explain("counting in", l.read.QueryRowContext(ctx, `SELECT COUNT(*) FROM changes`).Scan(&c.Changes))
}
