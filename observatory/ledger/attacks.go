package ledger

import (
	"bytes"
	"cmp"
	"context"
	"database/sql"
	"encoding/hex"
	"encoding/json"

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

// keepAttacks writes the attacks of the reports. A later revision replaces an earlier one, and the rollups follow: what
// the earlier had added is taken off.
func (l *Ledger) keepAttacks(ctx context.Context, tx *sql.Tx, taken []*delivery) error {
	rows, err := attackRows(taken)
	if err != nil || len(rows) == 0 {
		return err
	}
	all := inOrder(rows, attackKey.compare)
	isNew, err := l.kind.putNew(ctx, l, tx, attacksTable, all)
	if err != nil {
		return err
	}
	moved := tally{}
	var again [][]any
	for i, row := range all {
		if isNew[i] {
			moved.add(shareOf(row), 1)
		} else {
			again = append(again, row)
		}
	}
	if err := l.replace(ctx, tx, again, moved); err != nil {
		return err
	}
	return l.keepTally(ctx, tx, moved, nanos(taken[len(taken)-1].at))
}

// attackRows are the rows of the reports' attacks, of each only the latest revision.
func attackRows(taken []*delivery) (map[attackKey][]any, error) {
	rows := map[attackKey][]any{}
	for _, d := range taken {
		for i, a := range d.report.Attacks {
			key := attackKey{day: number(a.Day), site: d.report.Site}
			if _, err := hex.Decode(key.id[:], []byte(a.ID)); err != nil {
				return nil, err
			}
			if earlier, ok := rows[key]; ok && earlier[3].(int64) >= int64(a.Revision) {
				continue
			}
			detail, err := json.Marshal(a)
			if err != nil {
				return nil, err
			}
			rows[key] = []any{
				key.day, key.site, append([]byte(nil), key.id[:]...), int64(a.Revision), string(a.Kind), string(a.Service), d.country[i],
				string(a.Outcome), int64(a.Count()), nanos(a.Last), string(detail),
			}
		}
	}
	return rows, nil
}

// attackBefore reads what stands of an attack.
var attackBefore = keyed{
	columns: `day, site, id, revision, kind, service, country, outcome, counted`,
	from:    `attacks`,
	key:     []column{{"day", "integer"}, {"site", "bigint"}, {"id", "bytea"}},
}

// replace writes the rows that are of a later revision than what stands.
func (l *Ledger) replace(ctx context.Context, tx *sql.Tx, again [][]any, moved tally) error {
	if len(again) == 0 {
		return nil
	}
	keys := make([][]any, len(again))
	for i, row := range again {
		keys[i] = row[:3]
	}
	before := map[attackKey]share{}
	err := l.kind.each(ctx, l, tx, attackBefore, keys, func(scan func(...any) error) error {
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
	if err != nil {
		return err
	}
	var later [][]any
	for _, row := range again {
		s := shareOf(row)
		was := before[attackKey{s.cell.day, s.cell.site, [16]byte(row[2].([]byte))}]
		if s.revision <= was.revision {
			continue
		}
		later = append(later, row)
		moved.add(was, -1)
		moved.add(s, 1)
	}
	return l.kind.put(ctx, l, tx, attacksTable, attacksTable.orReplace(), later)
}

func shareOf(row []any) share {
	return share{
		revision: row[3].(int64), counted: row[8].(int64), outcome: row[7].(string),
		cell: cell{row[0].(int64), row[1].(int64), row[4].(string), row[5].(string), row[6].(string)},
	}
}

// SiteAttack is an attack of a site as it was told.
type SiteAttack struct {
	Site    int64
	Country string
	fleet.Attack
}

// Attacks gives at most limit attacks of a site that began between two days, the last first.
func (l *Ledger) Attacks(ctx context.Context, site int64, from, to abri.Day, limit int) ([]SiteAttack, error) {
	out, err := query(ctx, l.read, scanAttack, `SELECT site, country, detail FROM attacks WHERE site = $1 AND day IN (`+daysBetween(from, to)+`)
		ORDER BY last DESC, id LIMIT $2`, site, limit)
	return out, l.explain("reading attacks of", err)
}

func scanAttack(r *sql.Rows) (a SiteAttack, err error) {
	var detail []byte
	if err := r.Scan(&a.Site, &a.Country, &detail); err != nil {
		return a, err
	}
	return a, json.Unmarshal(detail, &a.Attack)
}
