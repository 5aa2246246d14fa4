package store

import (
	"context"
	"database/sql"
	"net/netip"
	"time"
)

// Operator is one server of the telephone operator, and how often devices of the site registered with it, or had calls
// carried by it.
type Operator struct {
	Address       netip.Addr
	First, Last   time.Time
	Registrations int
	Calls         int
}

// PutOperators writes them down, each in place of what was known of its address.
func (s *Store) PutOperators(ctx context.Context, all []Operator) error {
	return s.transact(ctx, "noting operators in", func(tx *sql.Tx) error {
		for _, o := range all {
			_, err := tx.ExecContext(ctx, `INSERT OR REPLACE INTO operators (address, first, last, registrations, calls) VALUES (?,?,?,?,?)`,
				addrBlob(o.Address.Unmap()), nanos(o.First), nanos(o.Last), o.Registrations, o.Calls)
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// Operators gives all of them, the first met first.
func (s *Store) Operators(ctx context.Context) ([]Operator, error) {
	return query(ctx, s, "reading operators from", func(r *sql.Rows) (o Operator, err error) {
		var address []byte
		var first, last int64
		err = r.Scan(&address, &first, &last, &o.Registrations, &o.Calls)
		o.Address, _ = netip.AddrFromSlice(address)
		o.First, o.Last = instant(first), instant(last)
		return o, err
	}, `SELECT address, first, last, registrations, calls FROM operators ORDER BY first, address`)
}
