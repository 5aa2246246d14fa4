package reader

import (
	"context"
	"net/netip"
	"slices"

	"abri.example/abri/box/control"
	"abri.example/abri/device"
	"abri.example/abri/store"
)

// restoreDevices takes up who was who in an earlier life.
func (r *Reader) restoreDevices(ctx context.Context) {
	r.devices = device.NewBook(device.Options{})
	s := r.record.opened()
	if s == nil {
		return
	}
	kept, err := s.Devices(ctx, device.MaxDevices)
	r.record.did(err)
	devices := make([]device.Device, len(kept))
	for i, d := range kept {
		devices[i] = device.Device{MAC: device.MAC(d.MAC), Addresses: d.Addresses, Name: d.Name, NamedBy: device.Source(d.NamedBy), Side: d.Side, First: d.First, Last: d.Last}
	}
	r.devices.Restore(devices)
}

// writeDevices gives the store the devices that changed. What it does not take changes again soon.
func (r *Reader) writeDevices(ctx context.Context, s *store.Store) {
	r.mu.Lock()
	changed := r.devices.Changed()
	r.mu.Unlock()
	if len(changed) == 0 {
		return
	}
	rows := make([]store.Device, len(changed))
	for i, d := range changed {
		rows[i] = store.Device{MAC: d.MAC, Addresses: d.Addresses, Name: d.Name, NamedBy: string(d.NamedBy), Side: d.Side, First: d.First, Last: d.Last}
	}
	if err := s.PutDevices(ctx, rows); err != nil {
		r.log.Warn("devices are not remembered", "devices", len(rows), "err", err)
	}
}

// Devices tells who is who on the inside, the latest seen first. The box itself is not among them.
func (r *Reader) Devices(context.Context) ([]control.Device, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := []control.Device{}
	for _, d := range r.devices.All() {
		if !slices.ContainsFunc(d.Addresses, func(a netip.Addr) bool { return slices.Contains(r.place.Own, a) }) {
			out = append(out, control.DeviceOf(d))
		}
	}
	return out, nil
}
