package store

import (
	"context"
	"database/sql"
	"slices"
	"time"

	"abri.example/abri"
)

// Day is one local day of weather: its figures, the worst sky so far, whether an infection was confirmed, how long after
// midnight the watch began, and for how long it was kept. Its fields are those of a day of the weather, so that one
// converts to the other.
type Day struct {
	Day         abri.Day
	Points      int
	Attacks     uint64
	Neutralised uint64
	Sky         abri.Sky
	Infected    bool
	Late        time.Duration
	Watched     time.Duration
}

// PutDay keeps the figures of a day in place of earlier ones. Its sky may only worsen: a lesser one is not taken. Fog
// and clear are of one rank, and the later of them stands; neither replaces rain. Infected, once true, stays.
func (s *Store) PutDay(ctx context.Context, d Day) error {
	if _, err := time.Parse(time.DateOnly, string(d.Day)); err != nil {
		return &abri.Error{Code: abri.CodeInvalid, What: "the day " + string(d.Day), Remedy: `write it as "2006-01-02"`}
	}
	return s.transact(ctx, "keeping a day in", func(tx *sql.Tx) error {
		var had abri.Sky
		err := tx.QueryRowContext(ctx, `SELECT sky FROM days WHERE day = ?`, string(d.Day)).Scan(&had)
		if err == nil && rank(had) > rank(d.Sky) {
			d.Sky = had
		} else if err != nil && err != sql.ErrNoRows {
			return err
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO days (day, points, attacks, neutralised, sky, infected, late, watched) VALUES (?,?,?,?,?,?,?,?)
			ON CONFLICT (day) DO UPDATE SET points = excluded.points, attacks = excluded.attacks,
				neutralised = excluded.neutralised, sky = excluded.sky, infected = MAX(infected, excluded.infected),
				late = excluded.late, watched = excluded.watched`,
			string(d.Day), d.Points, int64(d.Attacks), int64(d.Neutralised), string(d.Sky), d.Infected, int64(d.Late), int64(d.Watched))
		return err
	})
}

func rank(s abri.Sky) int { return max(0, s.Severity()) }

// Days gives the last n days that are kept, oldest first. A day that was never put is not there.
func (s *Store) Days(ctx context.Context, n int) ([]Day, error) {
	days, err := query(ctx, s, "reading days from", scanDay,
		`SELECT day, points, attacks, neutralised, sky, infected, late, watched FROM days ORDER BY day DESC LIMIT ?`, max(0, n))
	slices.Reverse(days)
	return days, err
}

func scanDay(r *sql.Rows) (d Day, err error) {
	var attacks, neutralised int64
	err = r.Scan(&d.Day, &d.Points, &attacks, &neutralised, &d.Sky, &d.Infected, &d.Late, &d.Watched)
	d.Attacks, d.Neutralised = uint64(attacks), uint64(neutralised)
	return d, err
}
