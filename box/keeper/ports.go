package keeper

import (
	"context"
	"time"

	"abri.example/abri/box/order"
	"abri.example/abri/bridge"
	"abri.example/abri/gate"
)

// guardEvery is every how often the ports are looked at.
const guardEvery = time.Second

// ports asks the kernel how each port does.
func (k *Keeper) ports() ([]order.Port, error) {
	links, err := k.bridge.Links()
	if err != nil {
		return nil, err
	}
	all := portsOf(k.gate.Attached(), links)
	for i := range all {
		all[i].Bonded = k.bonded[sideOf(all[i].Side)].Load()
	}
	return all, nil
}

// portsOf joins what the gate and what the bridge know of each port.
func portsOf(attached []gate.Port, links []bridge.Link) []order.Port {
	var out []order.Port
	for _, a := range attached {
		p := order.Port{Side: a.Side.String(), Path: "generic", Program: a.Program, Fault: order.PortGone}
		if a.Native {
			p.Path = "native"
		}
		for _, l := range links {
			if l.Side == a.Side {
				p.Name, p.Up, p.Fault = l.Name, l.Up && l.Carrier, faultOf(a, l)
			}
		}
		out = append(out, p)
	}
	return out
}

// faultOf is the worst that ails a port.
func faultOf(a gate.Port, l bridge.Link) order.PortFault {
	switch {
	case l.Gone || l.Index != a.Index:
		return order.PortGone
	case !l.Bridged:
		return order.PortOut
	case a.Program == 0:
		return order.PortBare
	}
	return ""
}

// guard looks at the ports until ctx ends: a program that somebody took off is put back, and all that ails a port is
// logged when it begins and when it is over.
func (k *Keeper) guard(ctx context.Context) error {
	tick := time.NewTicker(guardEvery)
	defer tick.Stop()
	ailing := map[string]order.PortFault{}
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		ports, err := k.ports()
		if ctx.Err() != nil {
			return nil // what is let go of looks as if it were taken off
		}
		if err != nil {
			continue // the reader, which asks the same, tells it
		}
		k.attend(ports)
		k.hear(ports)
		for _, p := range ports {
			if p.Fault == order.PortBare {
				k.restore(ctx, p, ailing[p.Side] != p.Fault)
			}
			if p.Fault != ailing[p.Side] {
				k.logFault(p)
			}
			ailing[p.Side] = p.Fault
		}
	}
}

// restore puts the programs back on a port; a failure is logged the first time.
func (k *Keeper) restore(ctx context.Context, p order.Port, first bool) {
	err := k.gate.Attach()
	switch {
	case err == nil:
		k.restored.Add(1)
		k.log.Error("somebody took the filter off a port; it is put back", "side", p.Side, "port", p.Name)
	case first && ctx.Err() == nil:
		k.log.Error("somebody took the filter off a port, and it can't be put back", "side", p.Side, "port", p.Name, "err", err)
	}
}

func (k *Keeper) logFault(p order.Port) {
	switch p.Fault {
	case order.PortGone:
		k.log.Error("a port is gone; plug it in again and restart the box", "side", p.Side, "port", p.Name)
	case order.PortOut:
		k.log.Error("a port is not in the bridge any more; put it back, or restart the box", "side", p.Side, "port", p.Name)
	case "":
		k.log.Info("a port is well again", "side", p.Side, "port", p.Name)
	}
}
