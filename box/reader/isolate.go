package reader

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"

	abri "abri.example/abri"
	"abri.example/abri/box/control"
	"abri.example/abri/box/order"
	"abri.example/abri/store"
)

// dnsPort is where an isolated device may ask for names.
const dnsPort = 53

// Isolated are the devices that people isolated.
func (r *Reader) Isolated(context.Context) ([]control.Isolated, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := []control.Isolated{}
	for _, d := range r.isolated {
		out = append(out, r.told(d))
	}
	return out, nil
}

// told is an isolated device with what people call it. mu is held.
func (r *Reader) told(d store.Isolated) control.Isolated {
	x := control.Isolated{Device: d.Device, By: d.By, Since: d.At}
	if known := r.devices.Lookup(d.Device); len(known) == 1 {
		x.Name = known[0].Called()
	}
	return x
}

// Isolate cuts a device off at once, and over a restart, from all but what repairs need; undo ends that.
func (r *Reader) Isolate(ctx context.Context, who control.Who, word string, undo bool) (control.Isolated, error) {
	r.mu.Lock()
	device, err := r.deviceOf(word)
	if err != nil {
		r.mu.Unlock()
		return control.Isolated{}, err
	}
	before := slices.Clone(r.isolated)
	at := slices.IndexFunc(before, func(d store.Isolated) bool { return d.Device == device })
	one := store.Isolated{Device: device, By: who.Name, At: r.now()}
	switch {
	case undo && at < 0:
		r.mu.Unlock()
		return control.Isolated{}, &abri.Error{Code: abri.CodeNotFound, Place: device, What: "this device is not isolated", Remedy: "`abri isolate` lists those that are"}
	case undo:
		r.isolated = slices.Delete(slices.Clone(before), at, at+1)
	case at >= 0:
		one = before[at]
	default:
		r.isolated = append(slices.Clone(before), one)
	}
	r.mu.Unlock()
	if err := r.keeper.Isolate(r.isolation()); err != nil { // a person's word is known by itself
		r.mu.Lock()
		r.isolated = before
		r.mu.Unlock()
		return control.Isolated{}, err
	}
	r.watch.tell()
	r.mu.Lock()
	told := r.told(one)
	r.mu.Unlock()
	return told, r.writeDown(func(s *store.Store) error {
		if !undo {
			return s.Isolate(ctx, one)
		}
		if err := s.Rejoin(ctx, device, who.Name, r.now()); abri.CodeOf(err) != abri.CodeNotFound {
			return err
		}
		return nil
	})
}

// deviceOf finds what a person names: a device by its name, its card or one of its addresses. It is isolated by its card
// where that is known, for that stays when the address changes; else by its address. mu is held.
func (r *Reader) deviceOf(word string) (string, error) {
	known := r.devices.Lookup(word)
	if len(known) > 1 {
		return "", &abri.Error{Code: abri.CodeInvalid, Place: word, What: fmt.Sprintf("%d devices bear this name", len(known)), Remedy: "give the address of one: `abri devices` shows them"}
	}
	if len(known) == 1 {
		d := known[0]
		for _, a := range slices.Concat(r.place.Own, r.place.Gateways, r.place.Resolvers) {
			if d.Holds(a) {
				return "", &abri.Error{Code: abri.CodeRefused, Place: word, What: fmt.Sprintf("it has the address %s, of the box, a gateway or a resolver: without it the whole site is cut off", a), Remedy: "isolate a device"}
			}
		}
		if !d.MAC.IsZero() {
			return d.MAC.String(), nil
		}
	}
	if a, err := netip.ParseAddr(word); err == nil {
		return a.Unmap().WithZone("").String(), nil
	}
	if c, err := net.ParseMAC(word); err == nil && len(c) == 6 {
		return c.String(), nil
	}
	return "", &abri.Error{Code: abri.CodeInvalid, Place: word, What: "no device has this name", Remedy: "give its address, such as 192.168.1.23, or that of its card, such as 00:11:22:33:44:55; `abri devices` shows what is known"}
}

// recallIsolated takes up which devices the record says are isolated. Where it can't say, what the kernel holds stands.
func (r *Reader) recallIsolated(ctx context.Context, s *store.Store) {
	all, err := s.Isolated(ctx)
	if !r.record.did(err) || r.record.unmet {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, d := range all {
		if !slices.ContainsFunc(r.isolated, func(x store.Isolated) bool { return x.Device == d.Device }) {
			r.isolated = append(r.isolated, d)
		}
	}
	r.recorded = true
}

// cutOff has the keeper isolate what is to be isolated, when that is known.
func (r *Reader) cutOff() error {
	r.mu.Lock()
	known := r.recorded || len(r.isolated) > 0
	r.mu.Unlock()
	if !known {
		return nil
	}
	return r.keeper.Isolate(r.isolation())
}

// isolation is what the keeper should hold: the devices, and what they may reach to be repaired.
func (r *Reader) isolation() order.Isolation {
	r.mu.Lock()
	defer r.mu.Unlock()
	var i order.Isolation
	for _, d := range r.isolated {
		if a, err := netip.ParseAddr(d.Device); err == nil {
			i.Addresses = append(i.Addresses, a)
		} else {
			i.Cards = append(i.Cards, strings.ToLower(d.Device))
		}
	}
	if len(r.isolated) == 0 {
		return i
	}
	for _, a := range r.place.Resolvers {
		i.Repairs = append(i.Repairs, order.Repair{Prefix: order.Host(a), Port: dnsPort})
	}
	for _, p := range r.config.Measures.Repairs {
		i.Repairs = append(i.Repairs, order.Repair{Prefix: p})
	}
	return i
}
