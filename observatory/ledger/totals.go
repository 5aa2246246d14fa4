package ledger

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
)

// total is one sum: over a group (0: everybody), by what, and of which word.
type total struct {
	grp        int64
	sort, word string
}

// Sum makes the totals of every day whose rollups changed since, and gives how many days that were. Pages read totals,
// so that a year of 35,000 sites is a few thousand rows; they are as old as the last Sum. One process sums at a time.
func (l *Ledger) Sum(ctx context.Context) (days int, err error) {
	unlock, err := l.kind.alone(ctx, l.write, summing)
	if err != nil {
		return 0, l.explain("summing", err)
	}
	defer unlock()
	if err := l.settleAll(ctx); err != nil {
		return 0, l.explain("summing", err)
	}
	marks, err := query(ctx, l.read, func(r *sql.Rows) (m [3]int64, err error) { return m, r.Scan(&m[0], &m[1], &m[2]) },
		`SELECT day, site, at FROM changes ORDER BY day, site`)
	if err != nil {
		return 0, l.explain("summing", err)
	}
	for len(marks) > 0 {
		day, n := marks[0][0], 1
		for n < len(marks) && marks[n][0] == day {
			n++
		}
		if err := l.sumDay(ctx, day, marks[:n]); err != nil {
			return days, l.explain("summing", err)
		}
		days, marks = days+1, marks[n:]
	}
	return days, nil
}

// sumDay makes the totals of a day, and takes away the marks that were there before it looked.
func (l *Ledger) sumDay(ctx context.Context, day int64, marks [][3]int64) error {
	now := map[total]figures{}
	if err := l.sumRollups(ctx, now, `SELECT 0, kind, service, country, SUM(attacks), SUM(neutralised), SUM(would_block)
		FROM rollups WHERE day = $1 GROUP BY kind, service, country`, day); err != nil {
		return err
	}
	if err := l.sumRollups(ctx, now, `SELECT m.grp, r.kind, r.service, r.country, SUM(r.attacks), SUM(r.neutralised), SUM(r.would_block)
		FROM rollups r JOIN members m ON m.site = r.site WHERE r.day = $1 GROUP BY m.grp, r.kind, r.service, r.country`, day); err != nil {
		return err
	}
	return l.transact(ctx, "summing", func(tx *sql.Tx) error {
		moved, err := difference(ctx, tx, now, day)
		if err != nil {
			return err
		}
		var rows [][]any
		for t, f := range moved {
			rows = append(rows, []any{day, t.grp, t.sort, t.word, f.attacks, f.neutralised, f.wouldBlock},
				[]any{day / 100 * 100, t.grp, t.sort, t.word, f.attacks, f.neutralised, f.wouldBlock})
		}
		slices.SortFunc(rows, func(a, b []any) int { return cmp.Compare(a[0].(int64), b[0].(int64)) })
		if err := l.kind.put(ctx, l, tx, totalsTable, totalsTable.orAdd(), rows); err != nil {
			return err
		}
		return l.unmark(ctx, tx, marks)
	})
}

// sumRollups adds up what a query gives, by nothing, by kind, by service and by country.
func (l *Ledger) sumRollups(ctx context.Context, into map[total]figures, q string, day int64) error {
	rows, err := l.read.QueryContext(ctx, q, day)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var grp int64
		var f figures
		var kind, service, country string
		if err := rows.Scan(&grp, &kind, &service, &country, &f.attacks, &f.neutralised, &f.wouldBlock); err != nil {
			return err
		}
		for _, t := range []total{{grp, "all", ""}, {grp, "kind", kind}, {grp, "service", service}, {grp, "country", country}} {
			s := into[t]
			into[t] = figures{s.attacks + f.attacks, s.neutralised + f.neutralised, s.wouldBlock + f.wouldBlock}
		}
	}
	return rows.Err()
}

// difference is by how much the totals that stand differ from what they should be now.
func difference(ctx context.Context, tx *sql.Tx, now map[total]figures, day int64) (map[total]figures, error) {
	rows, err := tx.QueryContext(ctx, `SELECT grp, sort, word, attacks, neutralised, would_block FROM totals WHERE day = $1`, day)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	moved := now
	for rows.Next() {
		var t total
		var f figures
		if err := rows.Scan(&t.grp, &t.sort, &t.word, &f.attacks, &f.neutralised, &f.wouldBlock); err != nil {
			return nil, err
		}
		s := moved[t]
		moved[t] = figures{s.attacks - f.attacks, s.neutralised - f.neutralised, s.wouldBlock - f.wouldBlock}
		if moved[t] == (figures{}) {
			delete(moved, t)
		}
	}
	return moved, rows.Err()
}

// unmark takes marks away, but not those that were renewed meanwhile.
func (l *Ledger) unmark(ctx context.Context, tx *sql.Tx, marks [][3]int64) error {
	drop, err := l.prepared(ctx, tx, `DELETE FROM changes WHERE day = $1 AND site = $2 AND at = $3`)
	if err != nil {
		return err
	}
	for _, m := range marks {
		if _, err := drop.ExecContext(ctx, m[0], m[1], m[2]); err != nil {
			return err
		}
	}
	return nil
}
