package console

import (
	"context"
	"net/netip"
	"time"

	"abri.example/abri"
	"abri.example/abri/box/control"
)

// switchboard answers what `abri telephone` and `abri mail` ask.
type switchboard struct{}

func (switchboard) Line(context.Context) (control.Telephone, error) {
	hour := time.Date(2026, 3, 5, 22, 0, 0, 0, time.UTC)
	return control.Telephone{
		Guard:     control.Guard{Abroad: 3600, Premium: 600, SpentAbroad: 3600, Refuse: true, Refusing: true},
		Operators: []netip.Addr{netip.MustParseAddr("198.51.100.61")}, Devices: []netip.Addr{netip.MustParseAddr("192.168.10.60")}, Extensions: 12,
		Secure: []control.SecurePeer{{Address: netip.MustParseAddr("80.10.0.1"), Bytes: 5}}, Doors: []string{"198.51.100.61:5090/udp"},
		Calls:   []control.Calls{{Hour: hour, Outward: true, Country: "SO", Prefix: "+252 61", Outcome: "refused", Calls: 23}},
		Attacks: []control.Tried{{Kind: abri.TollFraud, Service: abri.TelephoneSvc, Outside: netip.MustParseAddr("198.51.100.61"), Attempts: 24, Outcome: abri.Blocked}},
	}, nil
}

func (switchboard) Mailboxes(context.Context) ([]control.Tried, error) {
	return []control.Tried{{Kind: abri.Bruteforce, Service: abri.Mail, Outside: netip.MustParseAddr("45.155.205.10"), Attempts: 40, Outcome: abri.Blocked}}, nil
}
