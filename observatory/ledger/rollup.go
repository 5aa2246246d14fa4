package ledger

import (
	"cmp"
	"context"
	"database/sql"

	"abri.example/abri"
)

// cell is one cell of the rollups.
type cell struct {
	day, site              int64
	kind, service, country string
}

func (c cell) compare(o cell) int {
	return cmp.Or(cmp.Compare(c.day, o.day), cmp.Compare(c.site, o.site), cmp.Compare(c.kind, o.kind),
		cmp.Compare(c.service, o.service), cmp.Compare(c.country, o.country))
}

// figures are what a cell counts.
type figures struct{ attacks, neutralised, wouldBlock int64 }

// tally is by how much cells change.
type tally map[cell]figures

// add adds a share, or takes it off with a sign of -1.
func (t tally) add(s share, sign int64) {
	if s.revision == 0 {
		return
	}
	f := t[s.cell]
	f.attacks += sign * s.counted
	switch abri.Outcome(s.outcome) {
	case abri.Blocked:
		f.neutralised += sign * s.counted
	case abri.WouldBlock:
		f.wouldBlock += sign * s.counted
	}
	t[s.cell] = f
}

// keepTally adds to the rollups, and marks the days whose totals must be made again. A mark that is there grows by one, so
// that none is taken away that the totals have not seen.
func (l *Ledger) keepTally(ctx context.Context, tx *sql.Tx, t tally) error {
	type daySite struct{ day, site int64 }
	rows, changed := map[cell][]any{}, map[daySite][]any{}
	for c, f := range t {
		if f == (figures{}) {
			continue
		}
		rows[c] = []any{c.day, c.site, c.kind, c.service, c.country, f.attacks, f.neutralised, f.wouldBlock}
		changed[daySite{c.day, c.site}] = []any{c.day, c.site, int64(1)}
	}
	if err := l.kind.put(ctx, l, tx, rollupsTable, rollupsTable.orAdd(), inOrder(rows, cell.compare)); err != nil {
		return err
	}
	return l.kind.put(ctx, l, tx, changesTable, changesTable.orAdd(), inOrder(changed, func(a, b daySite) int {
		return cmp.Or(cmp.Compare(a.day, b.day), cmp.Compare(a.site, b.site))
	}))
}
