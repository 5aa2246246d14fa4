package ledger

import (
	"context"
	"database/sql"
	"net/netip"
	"strconv"
	"time"

	"abri.example/abri/fleet"
	"abri.example/abri/observatory/audit"
)

// Ask gives an order to each of the sites, all or none, and gives how many. The order's number is each site's next.
func (l *Ledger) Ask(ctx context.Context, o fleet.Order, at time.Time, sites ...int64) (int, error) {
	if err := o.Check(at); err != nil {
		return 0, err
	}
	err := l.act(ctx, "ordering in", audit.OrderRelease, ordered(o, sites), func(tx *sql.Tx) error {
		for _, site := range sites {
			if _, err := tx.ExecContext(ctx, `INSERT INTO orders (site, number, verb, prefix, until, maker, at)
				SELECT CAST($1 AS BIGINT), COALESCE(MAX(number), 0) + 1, $2, $3, CAST($4 AS BIGINT), $5, CAST($6 AS BIGINT) FROM orders WHERE site = $1`,
				site, string(o.Verb), o.Prefix.String(), nanos(o.Until), o.By, nanos(at)); err != nil {
				return err
			}
		}
		return nil
	})
	return len(sites), err
}

// ordered is an order as the audit log names it.
func ordered(o fleet.Order, sites []int64) string {
	on := o.Prefix.String() + " until " + o.Until.UTC().Format(time.RFC3339) + " at " + strconv.Itoa(len(sites)) + " sites:"
	for _, s := range sites {
		on += " " + strconv.FormatInt(s, 10)
	}
	return on
}

// Orders gives a site's orders with numbers above after, the first first.
func (l *Ledger) Orders(ctx context.Context, site int64, after uint64) ([]fleet.Order, error) {
	out, err := query(ctx, l.read, func(r *sql.Rows) (o fleet.Order, err error) {
		var prefix string
		if err = r.Scan(&o.Number, &o.Verb, &prefix, timeOf{&o.Until}, &o.By); err != nil {
			return o, err
		}
		o.Prefix, err = netip.ParsePrefix(prefix)
		return o, err
	}, `SELECT number, verb, prefix, until, maker FROM orders WHERE site = $1 AND number > $2 ORDER BY number LIMIT 200`, site, int64(after))
	return out, l.explain("reading orders of", err)
}

// LatestOrders gives the number of the latest order of each site that got one since a time.
func (l *Ledger) LatestOrders(ctx context.Context, since time.Time) (map[int64]uint64, error) {
	rows, err := query(ctx, l.read, func(r *sql.Rows) (x [2]int64, err error) { return x, r.Scan(&x[0], &x[1]) },
		`SELECT site, MAX(number) FROM orders WHERE at > $1 GROUP BY site`, nanos(since))
	out := make(map[int64]uint64, len(rows))
	for _, x := range rows {
		out[x[0]] = uint64(x[1])
	}
	return out, l.explain("reading orders of", err)
}
