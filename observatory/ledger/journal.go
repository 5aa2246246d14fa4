package ledger

import (
	"context"
	"database/sql"
	"encoding/binary"
	"math"

	"abri.example/abri/fleet"
)

// Bounds of one portion of the journal that is entered in one transaction, so that no report waits long behind it: reports,
// and bytes of their entries. Beyond mostUnposted reports no more are taken until some are entered.
const (
	mostPosted      = 256
	mostPostedBytes = 512 << 10
	mostUnposted    = 200_000
)

// entriesOf are a report's attacks as the journal holds them: a row each with its country, the rest in the form of form.go.
func entriesOf(r *fleet.Report, country Country) ([]byte, error) {
	if len(r.Attacks) == 0 {
		return nil, nil
	}
	b := make([]byte, 0, 160*len(r.Attacks))
	var rest []byte
	for i := range r.Attacks {
		a := &r.Attacks[i]
		id, err := idOf(a.ID)
		if err != nil {
			return nil, err
		}
		b = append(b, id[:]...)
		b = binary.AppendUvarint(b, uint64(number(a.Day)))
		b = binary.AppendUvarint(b, uint64(a.Revision))
		b = binary.AppendUvarint(b, a.Count())
		b = binary.AppendVarint(b, nanos(a.Last))
		for _, s := range [...]string{string(a.Kind), string(a.Service), country(*a), string(a.Outcome)} {
			b = appendText(b, s)
		}
		rest = appendRest(rest[:0], a)
		b = appendText(b, string(rest))
	}
	return b, nil
}

// readEntries adds the rows of a report's entries, of each attack the latest revision only.
func readEntries(site int64, entries []byte, rows map[attackKey]attackRow) error {
	r := reading{b: entries}
	for len(r.b) > 0 {
		key := attackKey{site: site}
		copy(key.id[:], r.take(16))
		key.day = int64(r.number())
		row := attackRow{attackKey: key}
		row.revision, row.counted, row.last = int64(r.number()), int64(r.number()), r.signed()
		row.kind, row.service, row.country, row.outcome = r.text(), r.text(), r.text(), r.text()
		row.told = r.take(r.number())
		if r.err != nil {
			return r.err
		}
		if earlier, ok := rows[key]; !ok || earlier.revision < row.revision {
			rows[key] = row
		}
	}
	return nil
}

// keepJournal writes what the reports tell of attacks.
func (l *Ledger) keepJournal(ctx context.Context, tx *sql.Tx, taken []*delivery) error {
	var rows [][]any
	for _, d := range taken {
		if len(d.entries) > 0 {
			rows = append(rows, []any{d.report.Site, nanos(d.at), d.digest[:], d.entries})
		}
	}
	return l.kind.put(ctx, l, tx, journalTable, "", rows)
}

// Post enters a portion of the journal into attacks and rollups, many reports of a site at once, and goes on after it the
// next time. It gives how many reports that were: with 0 it has come round. Several processes may post at once; each report
// is entered once.
func (l *Ledger) Post(ctx context.Context) (int, error) {
	from := l.posted.Load()
	if from == 0 {
		var n int64
		if err := l.read.QueryRowContext(ctx, `SELECT COUNT(*) FROM journal`).Scan(&n); err != nil {
			return 0, l.explain("posting in", err)
		}
		l.unposted.Store(n)
	}
	n, next, err := l.post(ctx, from, math.MaxInt64, math.MaxInt64)
	l.posted.Store(next)
	l.unposted.Add(int64(-n))
	return n, err
}

// settle enters all that the journal has of the sites between two at this moment, so that what is read is exact to the
// last report.
func (l *Ledger) settle(ctx context.Context, from, to int64) error {
	var latest sql.NullInt64
	if err := l.read.QueryRowContext(ctx, `SELECT MAX(at) FROM journal WHERE site >= $1 AND site <= $2`, from, to).Scan(&latest); err != nil {
		return err
	}
	for latest.Valid && from != 0 {
		_, next, err := l.post(ctx, from, to, latest.Int64)
		if err != nil {
			return err
		}
		from = next
	}
	return nil
}

// settleAll is settle for every site.
func (l *Ledger) settleAll(ctx context.Context) error {
	return l.settle(ctx, math.MinInt64, math.MaxInt64)
}

// post enters one portion of the sites between two, of reports that came until a time, and gives how many reports it was
// and the site with which to go on: 0 when nothing is left.
func (l *Ledger) post(ctx context.Context, from, to, until int64) (n int, next int64, err error) {
	err = l.transact(ctx, "posting in", func(tx *sql.Tx) error {
		if err := l.kind.inTurn(ctx, tx, posting); err != nil {
			return err
		}
		rows := map[attackKey]attackRow{}
		keys, more, err := readJournal(ctx, tx, rows, from, to, until)
		if err != nil || len(keys) == 0 {
			return err
		}
		if n = len(keys); more {
			next = keys[n-1][0].(int64)
		}
		if err := l.enter(ctx, tx, rows); err != nil {
			return err
		}
		return l.kind.drop(ctx, l, tx, journalTable, keys)
	})
	if err != nil {
		return 0, 0, err
	}
	return n, next, nil
}

// readJournal reads one portion, and gives the keys of what it read and whether there may be more.
func readJournal(ctx context.Context, tx *sql.Tx, rows map[attackKey]attackRow, from, to, until int64) (keys [][]any, more bool, err error) {
	found, err := tx.QueryContext(ctx, `SELECT site, at, digest, entries FROM journal WHERE site >= $1 AND site <= $2 AND at <= $3
		ORDER BY site, at LIMIT $4`, from, to, until, mostPosted)
	if err != nil {
		return nil, false, err
	}
	defer found.Close()
	for bytes := 0; bytes < mostPostedBytes && found.Next(); {
		var site, at int64
		var digest, entries []byte
		if err := found.Scan(&site, &at, &digest, &entries); err != nil {
			return nil, false, err
		}
		if err := readEntries(site, entries, rows); err != nil {
			return nil, false, err
		}
		keys, bytes = append(keys, []any{site, at, digest}), bytes+len(entries)
		more = bytes >= mostPostedBytes || len(keys) == mostPosted
	}
	return keys, more, found.Err()
}
