package store

import (
	"context"
	"database/sql"
	"net/netip"
	"time"
)

// Departure is what one device of the site sent to one address outside within one hour, and what came back, in bytes of
// IP packets; in how many conversations, and by what name people knew the device then ("" for none). Hour is its first
// instant.
type Departure struct {
	Hour     time.Time
	Outside  netip.Addr
	Device   netip.Addr
	Called   string
	Flows    uint64
	Sent     uint64
	Received uint64
}

// AddDepartures adds to the departures of each hour: flows and bytes are differences.
func (s *Store) AddDepartures(ctx context.Context, batch []Departure) error {
	return s.transact(ctx, "noting what left in", func(tx *sql.Tx) error {
		for _, d := range batch {
			_, err := tx.ExecContext(ctx, `INSERT INTO departures (outside, device, hour, called, flows, sent, received) VALUES (?,?,?,?,?,?,?)
				ON CONFLICT (outside, device, hour) DO UPDATE SET flows = flows + excluded.flows, sent = sent + excluded.sent,
					received = received + excluded.received, called = CASE excluded.called WHEN '' THEN called ELSE excluded.called END`,
				addrBlob(d.Outside.Unmap()), addrBlob(d.Device.Unmap()), nanos(d.Hour), d.Called, int64(d.Flows), int64(d.Sent), int64(d.Received))
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// DeparturesTo gives what a device sent to the addresses of a network from an hour on, the oldest hour first.
func (s *Store) DeparturesTo(ctx context.Context, to netip.Prefix, device netip.Addr, since time.Time) ([]Departure, error) {
	first, last := ends(to)
	return s.departures(ctx, `WHERE outside >= ? AND outside <= ? AND length(outside) = ? AND device = ? AND hour >= ? ORDER BY hour, outside`,
		first, last, len(first), addrBlob(device.Unmap()), nanos(since))
}

// DeparturesSince gives all that left from an instant on, each hour's in the order of hours; the rows are many.
func (s *Store) DeparturesSince(ctx context.Context, since time.Time) ([]Departure, error) {
	return s.departures(ctx, `WHERE hour >= ? ORDER BY hour`, nanos(since))
}

func (s *Store) departures(ctx context.Context, which string, args ...any) ([]Departure, error) {
	return query(ctx, s, "reading what left from", func(r *sql.Rows) (d Departure, err error) {
		var outside, device []byte
		var hour int64
		err = r.Scan(&outside, &device, &hour, &d.Called, &d.Flows, &d.Sent, &d.Received)
		d.Outside, _ = netip.AddrFromSlice(outside)
		d.Device, _ = netip.AddrFromSlice(device)
		d.Hour = instant(hour)
		return d, err
	}, `SELECT outside, device, hour, called, flows, sent, received FROM departures `+which, args...)
}

// ends are the first and the last address of a network, as columns hold them.
func ends(p netip.Prefix) (first, last []byte) {
	p = p.Masked()
	first = addrBlob(p.Addr())
	last = append([]byte(nil), first...)
	for bit := p.Bits(); bit < 8*len(last); bit++ {
		last[bit/8] |= 0x80 >> (bit % 8)
	}
	return first, last
}
