package console

import (
	"context"
	"net/netip"
	"time"

	"abri.example/abri"
	"abri.example/abri/box/control"
)

// left answers as a box would from which something was stolen.
type left struct{}

var _ control.Departures = left{}

func (left) Departures(ctx context.Context) ([]abri.Departed, error) {
	d, err := left{}.Departed(ctx, "288b016a")
	return []abri.Departed{d}, err
}

func (left) Departed(_ context.Context, id string) (abri.Departed, error) {
	if id != "288b016a" {
		return abri.Departed{}, &abri.Error{Code: abri.CodeNotFound, Place: id, What: "no attack has this id"}
	}
	thief := netip.MustParseAddr("45.155.205.10")
	night := time.Date(2026, 3, 5, 2, 0, 0, 0, time.UTC)
	return abri.Departed{
		Attack: abri.Attack{ID: "288b016ad1d38d94725ddf75af649adf", Kind: abri.Exfiltration, Direction: abri.Out, Outside: thief, Inside: netip.MustParseAddr("192.168.10.22"),
			Device: "SECRETARIAT-2", First: night.Add(20 * time.Minute), Last: night.Add(80 * time.Minute), Outcome: abri.Observed, Why: abri.Why{Rule: abri.Rule(abri.Exfiltration)}},
		Hours: []abri.DepartedHour{
			{Hour: night, Outside: thief, Flows: 2, Sent: 2_000_000_000, Received: 1_500_000},
			{Hour: night.Add(time.Hour), Outside: thief, Flows: 1, Sent: 400_000_000, Received: 900},
		},
	}, nil
}
