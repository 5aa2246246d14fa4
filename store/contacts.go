package store

import (
	"context"
	"database/sql"
	"net/netip"
	"time"

	"abri.example/abri"
)

// Contact is what one device of the site spoke with one address outside on one day: how many conversations it began
// that were answered, their bytes both ways, when the first began and the last was heard of, and by what name people knew the
// device then ("" for none).
type Contact struct {
	Day     abri.Day
	Outside netip.Addr
	Device  netip.Addr
	Called  string
	Flows   uint64
	Bytes   uint64
	First   time.Time
	Last    time.Time
}

// AddContacts adds to the contacts of each day: flows and bytes are differences.
func (s *Store) AddContacts(ctx context.Context, batch []Contact) error {
	return s.transact(ctx, "noting contacts in", func(tx *sql.Tx) error {
		for _, c := range batch {
			_, err := tx.ExecContext(ctx, `INSERT INTO contacts (day, outside, device, called, flows, bytes, first, last) VALUES (?,?,?,?,?,?,?,?)
				ON CONFLICT (day, outside, device) DO UPDATE SET flows = flows + excluded.flows, bytes = bytes + excluded.bytes,
					first = MIN(first, excluded.first), last = MAX(last, excluded.last),
					called = CASE excluded.called WHEN '' THEN called ELSE excluded.called END`,
				string(c.Day), addrBlob(c.Outside.Unmap()), addrBlob(c.Device.Unmap()), c.Called, int64(c.Flows), int64(c.Bytes), nanos(c.First), nanos(c.Last))
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// Met is an address outside, and on how many days devices of the site spoke with it.
type Met struct {
	Outside netip.Addr
	Days    int
}

// Met gives every address that was spoken with from a day on. It is the whole list, some 40 bytes each.
func (s *Store) Met(ctx context.Context, since abri.Day) ([]Met, error) {
	return query(ctx, s, "reading contacts from", func(r *sql.Rows) (m Met, err error) {
		var outside []byte
		err = r.Scan(&outside, &m.Days)
		m.Outside, _ = netip.AddrFromSlice(outside)
		return m, err
	}, `SELECT outside, COUNT(DISTINCT day) FROM contacts INDEXED BY contacts_outside WHERE day >= ? GROUP BY outside`, string(since))
}

// ContactsWith gives the contacts with one address from a day on, by day and device.
func (s *Store) ContactsWith(ctx context.Context, outside netip.Addr, since abri.Day) ([]Contact, error) {
	outside = outside.Unmap()
	return query(ctx, s, "reading contacts from", func(r *sql.Rows) (c Contact, err error) {
		var device []byte
		var first, last int64
		err = r.Scan(&c.Day, &device, &c.Called, &c.Flows, &c.Bytes, &first, &last)
		c.Outside = outside
		c.Device, _ = netip.AddrFromSlice(device)
		c.First, c.Last = instant(first), instant(last)
		return c, err
	}, `SELECT day, device, called, flows, bytes, first, last FROM contacts WHERE outside = ? AND day >= ? ORDER BY day, device`, addrBlob(outside), string(since))
}
