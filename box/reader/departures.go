package reader

import (
	"context"
	"maps"
	"net/netip"
	"slices"
	"time"

	"abri.example/abri"
	"abri.example/abri/box/control"
	"abri.example/abri/box/web"
	"abri.example/abri/detect"
	"abri.example/abri/flow"
	"abri.example/abri/store"
)

var (
	_ control.Departures = (*Reader)(nil)
	_ web.Departures     = (*Reader)(nil)
)

// mostDepartures is how many rows one hour may have: what is beyond is not remembered, or a scanner inside would fill the
// disk. sheets is how many attacks are listed.
const (
	mostDepartures = 5000
	sheets         = 200
)

// departures are what left since it was last written down, and which rows the present hour has. It is used under the
// reader's lock.
type departures struct {
	hour  time.Time
	seen  map[departureKey]bool
	fresh map[departureKey]store.Departure
}

type departureKey struct {
	hour            time.Time
	outside, device netip.Addr
}

// noteDeparture takes what a conversation of a device carried: with somebody outside, or with a resolver in the site, who
// asks outside for it. mu is held.
func (r *Reader) noteDeparture(f *flow.Flow, began bool, up, down uint64) {
	device, far := f.Client.Addr(), f.Server.Addr()
	if !far.IsGlobalUnicast() || far.IsPrivate() && f.Service != abri.DNS {
		return
	}
	r.departures.note(store.Departure{
		Hour: f.Last.UTC().Truncate(time.Hour), Outside: far.Unmap(), Device: device.Unmap(), Called: r.devices.Name(device), Sent: up, Received: down,
	}, began)
}

func (d *departures) note(x store.Departure, began bool) {
	key := departureKey{x.Hour, x.Outside, x.Device}
	if !x.Hour.Equal(d.hour) {
		d.hour, d.seen = x.Hour, map[departureKey]bool{}
	}
	if !d.seen[key] && len(d.seen) >= mostDepartures {
		return
	}
	if began || !d.seen[key] {
		x.Flows = 1
	}
	d.seen[key] = true
	if known, ok := d.fresh[key]; ok {
		x.Flows, x.Sent, x.Received = x.Flows+known.Flows, x.Sent+known.Sent, x.Received+known.Received
	}
	if d.fresh == nil {
		d.fresh = map[departureKey]store.Departure{}
	}
	d.fresh[key] = x
}

// writeDepartures gives the store what waits.
func (r *Reader) writeDepartures(ctx context.Context, s *store.Store) {
	r.mu.Lock()
	batch := slices.Collect(maps.Values(r.departures.fresh))
	r.departures.fresh = nil
	r.mu.Unlock()
	if len(batch) == 0 {
		return
	}
	if err := s.AddDepartures(ctx, batch); err != nil {
		r.log.Warn("what left is not remembered", "rows", len(batch), "err", err)
	}
}

// recallDepartures tells the detectors what left in an earlier life, so that they know who sends what where.
func (r *Reader) recallDepartures(ctx context.Context, detectors []detect.Detector, now time.Time) {
	s := r.record.opened()
	if s == nil {
		return
	}
	kept, err := s.DeparturesSince(ctx, now.Add(-store.DeparturesFor))
	r.record.did(err)
	var past []detect.Departure
	for _, d := range kept {
		if !d.Outside.IsPrivate() { // a resolver in the site: nothing of that is a device's habit
			past = append(past, detect.Departure{Hour: d.Hour, Device: d.Device, Outside: d.Outside, Sent: d.Sent, Received: d.Received})
		}
	}
	detect.Recall(detectors, past)
}

// Departures are the sheets of the last attacks on their way out, latest activity first.
func (r *Reader) Departures(ctx context.Context) ([]abri.Departed, error) {
	s, err := r.written(ctx)
	if err != nil {
		return nil, err
	}
	all, err := s.Outward(ctx, r.now().Add(-store.DeparturesFor), sheets)
	if err != nil {
		return nil, err
	}
	out := make([]abri.Departed, 0, len(all))
	for _, a := range all {
		d, err := departed(ctx, s, a)
		if err != nil {
			return nil, err
		}
		out = append(out, d)
	}
	return out, nil
}

// Departed is the sheet of one attack, named by its id or the beginning of it.
func (r *Reader) Departed(ctx context.Context, id string) (abri.Departed, error) {
	s, err := r.written(ctx)
	if err != nil {
		return abri.Departed{}, err
	}
	found, err := s.ByID(ctx, id)
	switch {
	case err != nil:
		return abri.Departed{}, err
	case len(found) == 0 || id == "":
		return abri.Departed{}, &abri.Error{Code: abri.CodeNotFound, Place: id, What: "no attack has this id", Remedy: "`abri departures` lists those on their way out"}
	case len(found) > 1:
		return abri.Departed{}, &abri.Error{Code: abri.CodeInvalid, Place: id, What: "more than one attack's id begins so", Remedy: "give more of it"}
	case found[0].Direction != abri.Out:
		return abri.Departed{}, &abri.Error{Code: abri.CodeInvalid, Place: id, What: "this attack was not on its way out", Remedy: "`abri departures` lists those that were"}
	}
	return departed(ctx, s, found[0])
}

// written is the store, once all that waits stands in it.
func (r *Reader) written(ctx context.Context) (*store.Store, error) {
	s := r.record.opened()
	if s == nil {
		return nil, &abri.Error{Code: abri.CodeUnavailable, What: "the database can't be read", Remedy: "`abri status` says why"}
	}
	r.writeDepartures(ctx, s)
	return s, nil
}

// departed makes the sheet of an attack. What is sent by sheer volume is sent to a network, of which a service may use
// several machines: that is how it was found.
func departed(ctx context.Context, s *store.Store, a abri.Attack) (abri.Departed, error) {
	d := abri.Departed{Attack: a}
	if !a.Outside.IsValid() || !a.Inside.IsValid() {
		return d, nil
	}
	bits := a.Outside.BitLen()
	if a.Kind == abri.Exfiltration {
		bits = map[bool]int{true: 24, false: 48}[a.Outside.Is4()]
	}
	kept, err := s.DeparturesTo(ctx, netip.PrefixFrom(a.Outside, bits), a.Inside, a.First.Add(-24*time.Hour).Truncate(time.Hour))
	for _, h := range kept {
		if !h.Hour.After(a.Last) {
			d.Hours = append(d.Hours, abri.DepartedHour{Hour: h.Hour, Outside: h.Outside, Flows: h.Flows, Sent: h.Sent, Received: h.Received})
		}
	}
	return d, err
}
