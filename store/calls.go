package store

import (
	"context"
	"database/sql"
	"time"
)

// Calls is how many calls of one sort there were in one hour, and how many seconds they lasted in all. Hour is any instant of
// it; it is read back as its first, in UTC. Country is of ISO 3166, Class and Prefix are those of the number's plan.
type Calls struct {
	Hour    time.Time
	Outward bool
	Country string
	Class   string
	Prefix  string
	Outcome CallOutcome
	Calls   uint64
	Seconds uint64
}

// CallOutcome is what became of a call.
type CallOutcome string

// The outcomes. A call is vain when nobody took it, refused when the guard did not let it through. Attempted is a stranger's
// try to call through the site's exchange.
const (
	CallAnswered  CallOutcome = "answered"
	CallVain      CallOutcome = "vain"
	CallRefused   CallOutcome = "refused"
	CallAttempted CallOutcome = "attempted"
)

// AddCalls adds to the calls of each hour: calls and seconds are differences.
func (s *Store) AddCalls(ctx context.Context, batch []Calls) error {
	return s.transact(ctx, "noting calls in", func(tx *sql.Tx) error {
		for _, c := range batch {
			_, err := tx.ExecContext(ctx, `INSERT INTO calls (hour, outward, country, class, prefix, outcome, calls, seconds) VALUES (?,?,?,?,?,?,?,?)
				ON CONFLICT (hour, outward, country, class, prefix, outcome) DO UPDATE SET calls = calls + excluded.calls, seconds = seconds + excluded.seconds`,
				nanos(c.Hour.Truncate(time.Hour)), c.Outward, c.Country, c.Class, c.Prefix, string(c.Outcome), int64(c.Calls), int64(c.Seconds))
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// CallsSince gives the calls of the hours that end after since, oldest first.
func (s *Store) CallsSince(ctx context.Context, since time.Time) ([]Calls, error) {
	return query(ctx, s, "reading calls from", func(r *sql.Rows) (c Calls, err error) {
		var hour, calls, seconds int64
		err = r.Scan(&hour, &c.Outward, &c.Country, &c.Class, &c.Prefix, &c.Outcome, &calls, &seconds)
		c.Hour, c.Calls, c.Seconds = instant(hour), uint64(calls), uint64(seconds)
		return c, err
	}, `SELECT hour, outward, country, class, prefix, outcome, calls, seconds FROM calls WHERE hour >= ? ORDER BY hour, outward, country, class, prefix, outcome`,
		nanos(since.Truncate(time.Hour)))
}
