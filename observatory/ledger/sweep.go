package ledger

import (
	"context"
	"time"

	"abri.example/abri"
)

// Retention says how long things are kept: Rows the attacks, Counters the rollups, totals and days.
type Retention struct{ Rows, Counters time.Duration }

// Kept is the default: attacks 90 days, counters three years.
var Kept = Retention{Rows: 90 * 24 * time.Hour, Counters: 3 * 366 * 24 * time.Hour}

// Sweep takes away what is older than the retention at now, a day a transaction, and gives how many rows went. The
// counters keep what the rows were.
func (l *Ledger) Sweep(ctx context.Context, now time.Time, keep Retention) (int64, error) {
	if err := l.settleAll(ctx); err != nil {
		return 0, l.explain("sweeping", err)
	}
	var gone int64
	for _, step := range []struct {
		table string
		keep  time.Duration
	}{{"attacks", keep.Rows}, {"rollups", keep.Counters}, {"days", keep.Counters}, {"totals", keep.Counters}} {
		last := number(abri.DayOf(now.Add(-step.keep), time.UTC))
		for {
			n, err := l.exec(ctx, "sweeping", `DELETE FROM `+step.table+` WHERE day = (SELECT MIN(day) FROM `+step.table+`) AND day < $1`, last)
			gone += n
			if err != nil {
				return gone, err
			}
			if n == 0 {
				break
			}
		}
	}
	n, err := l.exec(ctx, "sweeping", `DELETE FROM calls WHERE ended > 0 AND at < $1`, nanos(now.Add(-keep.Rows)))
	return gone + n, err
}
