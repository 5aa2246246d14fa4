package receive

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"abri.example/abri/fleet"
)

// orderNews is for how long the signpost tells of an order. A box that was away longer learns of it with the answer to
// its next report.
const orderNews = 24 * time.Hour

// The settings whose numbers the signpost tells.
const (
	KeyLists    = "signpost.lists"
	KeyWarnings = "signpost.warnings"
	KeySettings = "signpost.settings"
)

// Refresh makes the signpost of this moment.
func (d *Desk) Refresh(ctx context.Context) error {
	now := d.Now()
	latest, err := d.ledger.LatestOrders(ctx, now.Add(-orderNews))
	if err != nil {
		return err
	}
	post := fleet.Signpost{Time: now.UTC(), Orders: make(map[string]uint64, len(latest))}
	for site, n := range latest {
		post.Orders[strconv.FormatInt(site, 10)] = n
	}
	for name, into := range map[string]*uint64{KeyLists: &post.Lists, KeyWarnings: &post.Warnings, KeySettings: &post.Settings} {
		v, ok, err := d.ledger.Recall(ctx, name)
		if err != nil {
			return err
		}
		if ok {
			*into, _ = strconv.ParseUint(v, 10, 64)
		}
	}
	file, err := post.Sign(d.authority.Signer())
	if err != nil {
		return err
	}
	d.orders.Store(&latest)
	d.post.Store(&file)
	return nil
}

// latest is the number of a site's latest order of the last day.
func (d *Desk) latest(site int64) uint64 {
	if all := d.orders.Load(); all != nil {
		return (*all)[site]
	}
	return 0
}

// signpost gives the file, the same to everybody.
func (d *Desk) signpost(w http.ResponseWriter, _ *http.Request) {
	file := d.post.Load()
	if file == nil {
		d.refuse(w, fleet.Refuse(fleet.ReasonUnavailable, "the observatory begins"))
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "max-age=5")
	_, _ = w.Write(*file)
}
