package receive

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"abri.example/abri/fleet"
)

// mostHeld bounds the bytes of reports that are in memory at once.
const mostHeld = 256 << 20

// patience is how long a report waits for the disk before the box is told to come back.
const patience = 60 * time.Second

// report keeps a report and answers when it stands on the disk.
func (d *Desk) report(ctx context.Context, r *http.Request) (any, error) {
	id, err := d.who(r, false)
	if err != nil {
		return nil, err
	}
	if !d.speaking.begin(id) {
		return nil, fleet.Refuse(fleet.ReasonTooMany, "this box says several things at once")
	}
	defer d.speaking.end(id)
	held := max(r.ContentLength, 0)
	if held == 0 {
		held = fleet.MaxBytes
	}
	defer d.waiting.Add(-held)
	if d.waiting.Add(held) > mostHeld {
		return nil, fleet.Refuse(fleet.ReasonTooMany, "too many reports come at once")
	}
	said, err := d.body(r, fleet.MaxBytes)
	if err != nil {
		return nil, err
	}
	report, err := fleet.Decode(said)
	if err != nil {
		return nil, err
	}
	if report.Site != id.Site || report.Box != id.Box {
		d.Log.Warn("a box reports for another", "box", id, "site", report.Site)
		return nil, fleet.Refuse(fleet.ReasonForged, fmt.Sprintf("the certificate is of site %d", id.Site))
	}
	now := d.Now()
	if err := report.CheckTimes(now); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	err = d.ledger.Receive(ctx, report, said, now, d.Country)
	if fleet.ReasonOf(err) == fleet.ReasonDuplicate {
		d.count(fleet.ReasonDuplicate) // and answered as the first time: the box did not hear it then
	} else if err != nil {
		return nil, err
	} else {
		d.reports.Add(1)
		d.attacks.Add(uint64(len(report.Attacks)))
	}
	return fleet.Answer{Seq: report.Seq, Now: now.UTC(), Orders: d.latest(id.Site)}, nil
}

// ordersOf gives a box the orders that it has not carried out.
func (d *Desk) ordersOf(ctx context.Context, r *http.Request) (any, error) {
	id, err := d.who(r, false)
	if err != nil {
		return nil, err
	}
	if err := d.stands(ctx, id); err != nil {
		return nil, err
	}
	after, err := strconv.ParseUint(r.URL.Query().Get("after"), 10, 63)
	if err != nil {
		return nil, fleet.Refuse(fleet.ReasonMalformed, "after which number")
	}
	orders, err := d.ledger.Orders(ctx, id.Site, after)
	if orders == nil {
		orders = []fleet.Order{}
	}
	return orders, err
}
