package ledger

import (
	"bytes"
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"abri.example/abri/fleet"
)

// standing is what is known of a box when its report comes.
type standing struct {
	state  string
	epoch  string
	seq    int64
	digest []byte
	at     int64
}

// standingOfBox reads it.
var standingOfBox = keyed{
	columns: `boxes.site, boxes.box, boxes.state, COALESCE(receipts.epoch, ''), COALESCE(receipts.seq, 0), receipts.digest, COALESCE(receipts.at, 0)`,
	from:    `boxes LEFT JOIN receipts ON receipts.site = boxes.site AND receipts.box = boxes.box`,
	key:     []column{{"boxes.site", "bigint"}, {"boxes.box", "text"}},
}

// judge gives each report of a group its answer, in the order in which they came, and those that are taken. The reports of
// a site are judged one after the other, also by several processes.
func (l *Ledger) judge(ctx context.Context, tx *sql.Tx, group []*delivery) ([]*delivery, error) {
	known := map[fleet.Identity]*standing{}
	var keys [][]any
	var sites []int64
	for _, d := range group {
		d.err = nil
		id := fleet.Identity{Site: d.report.Site, Box: d.report.Box}
		if _, ok := known[id]; !ok {
			known[id] = nil
			keys = append(keys, []any{id.Site, id.Box})
			sites = append(sites, id.Site)
		}
	}
	slices.Sort(sites) // who locks in one order never waits in a circle
	if err := l.kind.holdSites(ctx, tx, slices.Compact(sites)); err != nil {
		return nil, err
	}
	err := l.kind.each(ctx, l, tx, standingOfBox, keys, func(scan func(...any) error) error {
		var id fleet.Identity
		var s standing
		if err := scan(&id.Site, &id.Box, &s.state, &s.epoch, &s.seq, &s.digest, &s.at); err != nil {
			return err
		}
		known[id] = &s
		return nil
	})
	if err != nil {
		return nil, err
	}
	var taken []*delivery
	for _, d := range group {
		s := known[fleet.Identity{Site: d.report.Site, Box: d.report.Box}]
		if d.err, err = l.number(ctx, tx, s, d); err != nil {
			return nil, err
		}
		if d.err == nil {
			taken = append(taken, d)
		}
	}
	return taken, nil
}

// number judges a report by its box and its number; what it takes becomes what is known.
func (l *Ledger) number(ctx context.Context, tx *sql.Tx, s *standing, d *delivery) (refused, err error) {
	r := d.report
	switch {
	case s == nil:
		return fleet.Refuse(fleet.ReasonStranger, "no such box is enrolled"), nil
	case s.state == Revoked:
		return fleet.Refuse(fleet.ReasonRevoked, "this box was revoked"), nil
	case s.state != Confirmed:
		return fleet.Refuse(fleet.ReasonUnconfirmed, "nobody has confirmed this box yet"), nil
	case r.Epoch != s.epoch:
		if refused, err = l.turnEpoch(ctx, tx, s, d); refused != nil || err != nil {
			return refused, err
		}
	case int64(r.Seq) == s.seq && bytes.Equal(d.digest[:], s.digest):
		return fleet.Refuse(fleet.ReasonDuplicate, "it was taken before"), nil
	case int64(r.Seq) == s.seq:
		return fleet.Refuse(fleet.ReasonConflict, fmt.Sprintf("number %d was used for another report", r.Seq)), nil
	case int64(r.Seq) < s.seq:
		return fleet.Refuse(fleet.ReasonReplayed, fmt.Sprintf("number %d was passed; the last is %d", r.Seq, s.seq)), nil
	case int64(r.Seq) > s.seq+1:
		return &fleet.Refusal{Reason: fleet.ReasonOutOfOrder, What: fmt.Sprintf("number %d follows %d: reports were lost here", r.Seq, s.seq), Since: instant(s.at)}, nil
	}
	s.epoch, s.seq, s.digest, s.at = r.Epoch, int64(r.Seq), d.digest[:], nanos(d.at)
	return nil, nil
}

// turnEpoch lets a box begin another epoch, at 1, and refuses one that it had left: then two have its certificate.
func (l *Ledger) turnEpoch(ctx context.Context, tx *sql.Tx, s *standing, d *delivery) (refused, err error) {
	r := d.report
	var left int
	err = tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM epochs WHERE site = $1 AND box = $2 AND epoch = $3`, r.Site, r.Box, r.Epoch).Scan(&left)
	switch {
	case err != nil:
		return nil, err
	case left > 0:
		if _, err = tx.ExecContext(ctx, `UPDATE boxes SET suspicion = $1 WHERE site = $2 AND box = $3`, string(fleet.ReasonCloned), r.Site, r.Box); err == nil {
			err = l.raise(ctx, tx, happening{topic: TopicCloned, site: r.Site, key: r.Box, at: d.at, box: r.Box})
		}
		return fleet.Refuse(fleet.ReasonCloned, "this box had left that epoch: another has its certificate"), err
	case r.Seq != 1:
		return &fleet.Refusal{Reason: fleet.ReasonOutOfOrder, What: "an epoch begins at 1", Since: instant(s.at)}, nil
	case s.epoch == "":
		return nil, nil
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO epochs (site, box, epoch, ended) VALUES ($1, $2, $3, $4)`, r.Site, r.Box, s.epoch, nanos(d.at))
	return nil, err
}

// keepReceipts writes the receipt of each box's last report.
func (l *Ledger) keepReceipts(ctx context.Context, tx *sql.Tx, taken []*delivery) error {
	last := map[fleet.Identity]*delivery{}
	for _, d := range taken {
		last[fleet.Identity{Site: d.report.Site, Box: d.report.Box}] = d
	}
	var rows [][]any
	for _, d := range last {
		r, s := d.report, d.report.Status
		rows = append(rows, []any{
			r.Site, r.Box, r.Epoch, int64(r.Seq), d.digest[:], nanos(d.at), r.Software, int64(r.Done), string(s.Mode), string(s.Sky), int64(s.Points),
			int64(s.Attacks), int64(s.Neutralised), int64(s.Wanted), int64(s.Enforced), strings.Join(s.Troubles, " "),
		})
	}
	slices.SortFunc(rows, func(a, b []any) int {
		return cmp.Or(cmp.Compare(a[0].(int64), b[0].(int64)), cmp.Compare(a[1].(string), b[1].(string)))
	})
	return l.kind.put(ctx, l, tx, receiptsTable, receiptsTable.orReplace(), rows)
}

// keepDays writes the days of the reports' boxes, the later of a day in place of the earlier.
func (l *Ledger) keepDays(ctx context.Context, tx *sql.Tx, taken []*delivery) error {
	type daySite struct{ day, site int64 }
	rows := map[daySite][]any{}
	for _, d := range taken {
		for _, x := range d.report.Days {
			key := daySite{number(x.Day), d.report.Site}
			rows[key] = []any{key.day, key.site, string(x.Sky), int64(x.Points), int64(x.Attacks), int64(x.Neutralised), int64(x.Noise), x.Watched}
		}
	}
	return l.kind.put(ctx, l, tx, daysTable, daysTable.orReplace(), inOrder(rows, func(a, b daySite) int {
		return cmp.Or(cmp.Compare(a.day, b.day), cmp.Compare(a.site, b.site))
	}))
}

// inOrder gives rows in the order of their keys: who locks in one order never waits in a circle.
func inOrder[K comparable](rows map[K][]any, compare func(a, b K) int) [][]any {
	keys := make([]K, 0, len(rows))
	for k := range rows {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, compare)
	out := make([][]any, len(keys))
	for i, k := range keys {
		out[i] = rows[k]
	}
	return out
}
