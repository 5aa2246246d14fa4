package ledger

import (
	"context"
	"database/sql"
	"fmt"
	"hash/fnv"
	"strings"

	"abri.example/abri"
)

// Copied is what one table held at both ends: rows, and a sum over all their values.
type Copied struct {
	Table string
	Rows  int64
	Sum   uint64
}

// copyAtOnce is how many rows go over in one statement.
const copyAtOnce = 2000

// Copy fills an empty ledger with all of another, as it stood at one moment, and then counts and compares both: rows
// and a sum over every value of every row; the audit log must be one chain. It is how a ledger moves from SQLite to PostgreSQL, is backed up and
// restored. CodeRefused when the other is not empty, CodeDamaged when they differ.
func Copy(ctx context.Context, from, to *Ledger) ([]Copied, error) {
	for _, t := range tables {
		var n int64
		if err := to.read.QueryRowContext(ctx, "SELECT COUNT(*) FROM "+t.name).Scan(&n); err != nil {
			return nil, to.explain("reading", err)
		}
		if n > 0 {
			return nil, &abri.Error{Code: abri.CodeRefused, Place: to.place, What: "there is something in it already: " + t.name, Remedy: "copy into an empty database"}
		}
	}
	moment, err := from.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true, Isolation: from.kind.steady()})
	if err != nil {
		return nil, from.explain("reading", err)
	}
	defer moment.Rollback()
	var out []Copied
	for _, t := range tables {
		c, err := copyTable(ctx, moment, to, t)
		if err != nil {
			return out, to.explain("copying "+t.name+" into", err)
		}
		there, err := sumTable(ctx, to.read, t)
		if err != nil {
			return out, to.explain("reading", err)
		}
		if there != c {
			return out, &abri.Error{Code: abri.CodeDamaged, Place: to.place, What: fmt.Sprintf("%s has %d rows (%x) there and %d (%x) here", t.name, there.Rows, there.Sum, c.Rows, c.Sum)}
		}
		out = append(out, c)
	}
	_, err = to.VerifyAudit(ctx)
	return out, err
}

// copyTable writes one table, in portions, and gives what it read.
func copyTable(ctx context.Context, from *sql.Tx, to *Ledger, t *table) (Copied, error) {
	c := Copied{Table: t.name}
	var portion [][]any
	flush := func() error {
		err := to.transact(ctx, "copying into", func(tx *sql.Tx) error { return to.kind.put(ctx, to, tx, t, "", portion) })
		portion = nil
		return err
	}
	err := eachRow(ctx, from, t, func(row []any) error {
		c.add(row)
		portion = append(portion, row)
		if len(portion) < copyAtOnce {
			return nil
		}
		return flush()
	})
	if err == nil && len(portion) > 0 {
		err = flush()
	}
	return c, err
}

func sumTable(ctx context.Context, db querier, t *table) (Copied, error) {
	c := Copied{Table: t.name}
	err := eachRow(ctx, db, t, func(row []any) error { c.add(row); return nil })
	return c, err
}

// add counts a row. The sum does not depend on the order of rows.
func (c *Copied) add(row []any) {
	c.Rows++
	h := fnv.New64a()
	for _, v := range row {
		switch v := v.(type) {
		case []byte:
			fmt.Fprintf(h, "%x|", v)
		case float64:
			fmt.Fprintf(h, "%v|", v)
		default:
			fmt.Fprintf(h, "%q|", fmt.Sprint(v))
		}
	}
	c.Sum += h.Sum64()
}

// eachRow reads a whole table, each value as the type that its column has.
func eachRow(ctx context.Context, db querier, t *table, take func([]any) error) error {
	rows, err := db.QueryContext(ctx, "SELECT "+t.names(-1)+" FROM "+t.name+" ORDER BY "+t.names(t.key))
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		row, into := make([]any, len(t.columns)), make([]any, len(t.columns))
		for i, c := range t.columns {
			into[i] = newValue(c.sort)
		}
		if err := rows.Scan(into...); err != nil {
			return err
		}
		for i := range into {
			row[i] = valueOf(into[i])
		}
		if err := take(row); err != nil {
			return err
		}
	}
	return rows.Err()
}

func newValue(sort string) any {
	switch {
	case sort == "text":
		return new(string)
	case sort == "bytea":
		return new([]byte)
	case strings.HasPrefix(sort, "double"):
		return new(float64)
	}
	return new(int64)
}

func valueOf(p any) any {
	switch p := p.(type) {
	case *string:
		return *p
	case *[]byte:
		return *p
	case *float64:
		return *p
	case *int64:
		return *p
	}
	return nil
}
