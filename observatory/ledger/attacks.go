package ledger

import (
	"bytes"
	"cmp"
	"context"
	"database/sql"
	"encoding/hex"
	"math"
	"slices"
	"time"

	"abri.example/abri"
	"abri.example/abri/fleet"
)

// attackKey is the key of an attack's row. Its day is that of its first sight, and never changes.
type attackKey struct {
	day, site int64
	id        [16]byte
}

func (k attackKey) compare(o attackKey) int {
	return cmp.Or(cmp.Compare(k.day, o.day), cmp.Compare(k.site, o.site), bytes.Compare(k.id[:], o.id[:]))
}

// share is what an attack adds to the rollups.
type share struct {
	revision int64
	cell     cell
	counted  int64
	outcome  string
}

// attackRow is a row of an attack. Told is the rest of what was told, in the form of form.go.
type attackRow struct {
	attackKey
	revision                        int64
	kind, service, country, outcome string
	counted, last                   int64
	told                            []byte
}

func (r *attackRow) values() []any {
	return []any{r.day, r.site, r.id[:], r.revision, r.kind, r.service, r.country, r.outcome, r.counted, r.last, r.told}
}

func (r *attackRow) share() share {
	return share{revision: r.revision, counted: r.counted, outcome: r.outcome, cell: cell{r.day, r.site, r.kind, r.service, r.country}}
}

// enter writes attacks. A later revision replaces an earlier one, and the rollups follow: what the earlier had added is
// taken off. One that is no later than what stands changes nothing.
func (l *Ledger) enter(ctx context.Context, tx *sql.Tx, rows map[attackKey]attackRow) error {
	keys := make([]attackKey, 0, len(rows))
	for k := range rows {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, attackKey.compare)
	before, err := l.standingAttacks(ctx, tx, keys)
	if err != nil {
		return err
	}
	moved := tally{}
	var later [][]any
	for _, k := range keys {
		row := rows[k]
		was := before[k]
		if row.revision <= was.revision {
			continue
		}
		later = append(later, row.values())
		moved.add(was, -1)
		moved.add(row.share(), 1)
	}
	if err := l.kind.put(ctx, l, tx, attacksTable, attacksTable.orReplace(), later); err != nil {
		return err
	}
	return l.keepTally(ctx, tx, moved)
}

// attackBefore reads what stands of an attack.
var attackBefore = keyed{
	columns: `attacks.day, attacks.site, attacks.id, attacks.revision, attacks.kind, attacks.service, attacks.country, attacks.outcome, attacks.counted`,
	from:    `attacks`,
	key:     []column{{"attacks.day", "integer"}, {"attacks.site", "bigint"}, {"attacks.id", "bytea"}},
}

func (l *Ledger) standingAttacks(ctx context.Context, tx *sql.Tx, keys []attackKey) (map[attackKey]share, error) {
	values := make([][]any, len(keys))
	for i, k := range keys {
		values[i] = []any{k.day, k.site, k.id[:]}
	}
	before := map[attackKey]share{}
	return before, l.kind.each(ctx, l, tx, attackBefore, values, func(scan func(...any) error) error {
		var s share
		var id []byte
		var k attackKey
		if err := scan(&k.day, &k.site, &id, &s.revision, &s.cell.kind, &s.cell.service, &s.cell.country, &s.outcome, &s.counted); err != nil {
			return err
		}
		k.id = [16]byte(id)
		s.cell.day, s.cell.site = k.day, k.site
		before[k] = s
		return nil
	})
}

// SiteAttack is an attack of a site as it was told.
type SiteAttack struct {
	Site    int64
	Country string
	fleet.Attack
}

// Attacks gives at most limit attacks of a site that began between two days, the last first.
func (l *Ledger) Attacks(ctx context.Context, site int64, from, to abri.Day, limit int) ([]SiteAttack, error) {
	return l.AttacksAfter(ctx, site, from, to, Mark{}, limit)
}

// Mark is a place in the order of a site's attacks: after this one.
type Mark struct {
	Last time.Time
	ID   string
}

// AttacksAfter is Attacks from a mark on; the zero one is the beginning. CodeInvalid for a mark that is none.
func (l *Ledger) AttacksAfter(ctx context.Context, site int64, from, to abri.Day, after Mark, limit int) ([]SiteAttack, error) {
	id, err := hex.DecodeString(after.ID)
	if err != nil {
		return nil, &abri.Error{Code: abri.CodeInvalid, Place: after.ID, What: "this is no place in a list of attacks"}
	}
	last := int64(math.MaxInt64)
	if !after.Last.IsZero() {
		last = nanos(after.Last)
	}
	if err := l.settle(ctx, site, site); err != nil {
		return nil, l.explain("reading attacks of", err)
	}
	out, err := query(ctx, l.read, scanAttack, `SELECT day, site, id, revision, kind, service, country, outcome, told FROM attacks WHERE site = $1 AND day IN (`+daysBetween(from, to)+`)
		AND (last < $2 OR last = $2 AND id > $3) ORDER BY last DESC, id LIMIT $4`, site, last, id, limit)
	return out, l.explain("reading attacks of", err)
}

func scanAttack(r *sql.Rows) (a SiteAttack, err error) {
	var day int64
	var id, told []byte
	if err := r.Scan(&day, &a.Site, &id, &a.Revision, &a.Kind, &a.Service, &a.Country, &a.Outcome, &told); err != nil {
		return a, err
	}
	a.ID, a.Day = hex.EncodeToString(id), dayOf(day)
	return a, readRest(told, &a.Attack)
}
