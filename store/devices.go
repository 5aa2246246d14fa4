package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"net/netip"
	"time"

	"abri.example/abri"
)

// Device is one machine of the site, as the book of devices has it. MAC is zero for one behind a router, which is known by
// its one address.
type Device struct {
	MAC       [6]byte
	Addresses []netip.Addr
	Name      string
	NamedBy   string
	Side      abri.Side
	First     time.Time
	Last      time.Time
}

// PutDevices keeps devices in the place of what was kept of each.
func (s *Store) PutDevices(ctx context.Context, devices []Device) error {
	return s.transact(ctx, "keeping devices in", func(tx *sql.Tx) error {
		for _, d := range devices {
			addresses, err := json.Marshal(d.Addresses)
			if err != nil {
				return err
			}
			_, err = tx.ExecContext(ctx, `INSERT INTO devices (mac, address, addresses, name, named_by, side, first, last) VALUES (?,?,?,?,?,?,?,?)
				ON CONFLICT (mac, address) DO UPDATE SET addresses = excluded.addresses, name = excluded.name, named_by = excluded.named_by,
					side = excluded.side, first = MIN(first, excluded.first), last = MAX(last, excluded.last)`,
				d.MAC[:], d.known(), string(addresses), d.Name, d.NamedBy, int(d.Side), nanos(d.First), nanos(d.Last))
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// known is the address by which a device without a MAC is known, and nothing for one with it.
func (d Device) known() []byte {
	if d.MAC == [6]byte{} && len(d.Addresses) > 0 {
		return addrBlob(d.Addresses[0])
	}
	return []byte{}
}

// Devices gives the n devices that were last seen, the latest first.
func (s *Store) Devices(ctx context.Context, n int) ([]Device, error) {
	return query(ctx, s, "reading devices from", func(r *sql.Rows) (d Device, err error) {
		var mac, addresses []byte
		var first, last int64
		err = r.Scan(&mac, &addresses, &d.Name, &d.NamedBy, &d.Side, &first, &last)
		copy(d.MAC[:], mac)
		d.First, d.Last = instant(first), instant(last)
		if json.Unmarshal(addresses, &d.Addresses) != nil {
			d.Addresses = nil // a byte was changed on the disk: it will be seen again
		}
		return d, err
	}, `SELECT mac, addresses, name, named_by, side, first, last FROM devices ORDER BY last DESC LIMIT ?`, max(0, n))
}
