package keeper

import (
	"context"
	"errors"
	"net/netip"
	"slices"

	"abri.example/abri/box/config"
	"abri.example/abri/box/order"
	"abri.example/abri/bridge"
)

// addresses are all addresses of a place: none of them is ever enforced from a list, or banned.
func addresses(p order.Place) []netip.Addr {
	return slices.Concat(p.Own, p.Gateways, p.Resolvers)
}

// look finds where the box stands now. given are the gateways and resolvers that the configuration names; those that
// the machine uses are found beside them.
func look(b *bridge.Bridge, given order.Place, resolvConf string) (order.Place, error) {
	own, err := b.Own()
	if err != nil {
		return order.Place{}, err
	}
	gateways, err := b.Gateways()
	if err != nil {
		return order.Place{}, err
	}
	resolvers, err := b.Resolvers(resolvConf)
	if err != nil {
		resolvers = nil // a machine without the file asks nobody
	}
	return order.Place{Own: tidy(own), Gateways: tidy(gateways, given.Gateways), Resolvers: tidy(resolvers, given.Resolvers)}, nil
}

func tidy(parts ...[]netip.Addr) []netip.Addr {
	all := slices.Concat(parts...)
	slices.SortFunc(all, netip.Addr.Compare)
	return slices.Compact(all)
}

// stand makes the gate know the place: a box's own addresses take no new connections from outside (a server's do), and
// lists don't apply to any address of it. A ban that stands on one of them is taken off.
func (k *Keeper) stand(next order.Place) (changed bool, err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	before, now := addresses(k.place), addresses(next)
	if slices.Equal(before, now) && slices.Equal(k.place.Own, next.Own) && k.placed {
		return false, nil
	}
	doors := next.Own
	if k.server {
		doors = nil
	}
	errs := []error{k.gate.Own(doors)}
	for _, a := range before {
		if !slices.Contains(now, a) && !k.exempt[order.Host(a)] {
			errs = append(errs, gone(k.gate.Unexempt(order.Host(a))))
		}
	}
	for _, a := range now {
		errs = append(errs, k.gate.Exempt(order.Host(a), 0), gone(k.gate.Unban(order.Host(a))))
	}
	k.place, k.placed = next, true
	return true, errors.Join(errs...)
}

// given are the gateway and resolvers that a configuration names.
func given(c *config.Config) order.Place {
	p := order.Place{Resolvers: c.Ports.Resolvers}
	if c.Ports.Gateway.IsValid() {
		p.Gateways = []netip.Addr{c.Ports.Gateway}
	}
	return p
}

// poke says that the place may have changed.
func poke(moved chan<- struct{}) {
	select {
	case moved <- struct{}{}:
	default:
	}
}

// follow looks at the place again whenever links, addresses or routes change, or something is said on moved, until ctx
// ends.
func (k *Keeper) follow(ctx context.Context, moved chan struct{}, look func() (order.Place, error), tell func(order.Place)) error {
	if err := k.bridge.Watch(ctx, func() { poke(moved) }); err != nil {
		return err
	}
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-moved:
		}
		place, err := look()
		if err != nil {
			k.log.Warn("the box's place can't be seen", "err", err)
			continue
		}
		changed, err := k.stand(place)
		if err != nil {
			k.log.Error("the gate does not know the box's place", "err", err)
		}
		if changed {
			tell(place)
		}
	}
}
