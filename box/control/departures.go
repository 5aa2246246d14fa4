package control

import (
	"context"
	"net/netip"
	"time"

	"abri.example/abri"
	"abri.example/abri/geo"
)

// Departures is the part of a Box that tells what left.
type Departures interface {
	// Departures are the sheets of the last attacks on their way out, latest activity first.
	Departures(context.Context) ([]abri.Departed, error)
	// Departed is the sheet of one attack, by its id or the beginning of it; CodeNotFound where none has it, CodeInvalid
	// for one that was not on its way out.
	Departed(ctx context.Context, id string) (abri.Departed, error)
}

// Departed is what left by one attack on its way out, as the door tells it: who, where, what kind, how much in bytes.
type Departed struct {
	ID       string         `json:"id"`
	Kind     abri.Kind      `json:"kind"`
	Device   netip.Addr     `json:"device"`
	Name     string         `json:"name,omitempty"`
	Outside  netip.Addr     `json:"destination"`
	Country  string         `json:"country,omitempty"`
	First    time.Time      `json:"first"`
	Last     time.Time      `json:"last"`
	Outcome  abri.Outcome   `json:"verdict"`
	Why      string         `json:"why"`
	Flows    uint64         `json:"conversations"`
	Sent     uint64         `json:"sent"`
	Received uint64         `json:"received"`
	Hours    []DepartedHour `json:"hours"`
}

// DepartedHour is one hour of it.
type DepartedHour struct {
	Hour     time.Time  `json:"hour"`
	Outside  netip.Addr `json:"destination"`
	Flows    uint64     `json:"conversations"`
	Sent     uint64     `json:"sent"`
	Received uint64     `json:"received"`
}

func departedOf(d abri.Departed) Departed {
	a, t := d.Attack, d.Total()
	out := Departed{
		ID: a.ID, Kind: a.Kind, Device: a.Inside, Name: a.Device, Outside: a.Outside, Country: geo.Country(a.Outside), First: a.First, Last: a.Last,
		Outcome: a.Outcome, Why: a.Why.Sentence(abri.English), Flows: t.Flows, Sent: t.Sent, Received: t.Received, Hours: []DepartedHour{},
	}
	for _, h := range d.Hours {
		out.Hours = append(out.Hours, DepartedHour(h))
	}
	return out
}

// Departures gives the sheets of the last attacks on their way out.
func (c *Client) Departures(ctx context.Context) ([]Departed, error) {
	return ask[[]Departed](ctx, c, "/departures", request{})
}

// Departed gives the sheet of one.
func (c *Client) Departed(ctx context.Context, id string) (Departed, error) {
	return ask[Departed](ctx, c, "/departed", request{ID: id})
}

// departuresRoutes are the questions about what left.
func departuresRoutes(b Departures, handle func(path string, do func(context.Context, Who, request) (any, error))) {
	handle("/departures", func(ctx context.Context, _ Who, _ request) (any, error) {
		all, err := b.Departures(ctx)
		out := make([]Departed, 0, len(all))
		for _, d := range all {
			out = append(out, departedOf(d))
		}
		return out, err
	})
	handle("/departed", func(ctx context.Context, _ Who, r request) (any, error) {
		d, err := b.Departed(ctx, r.ID)
		return departedOf(d), err
	})
}
