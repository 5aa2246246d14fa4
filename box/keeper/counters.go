package keeper

import (
	"abri.example/abri/box/order"
	"abri.example/abri/gate"
)

// Counters asks the kernel; nothing of it is remembered here, so that it proves what stands.
func (k *Keeper) Counters() (order.Counters, error) {
	c := order.Counters{Mode: k.gate.Mode(), Reasons: map[string]order.Tally{}, StartedAt: k.started, Deaths: int(k.deaths.Load())}
	counted, err := k.gate.Counters()
	if err != nil {
		return c, err
	}
	for _, side := range []struct {
		name  string
		count gate.SideCount
	}{{"outside", counted.Outside}, {"inside", counted.Inside}, {"own", counted.Own}} {
		for _, reason := range gate.Reasons {
			if n := side.count[reason]; n.Packets > 0 {
				c.Reasons[side.name+"/"+reason.String()] = order.Tally(n)
			}
		}
	}
	c.Copies, c.Lost, c.Flows = counted.Copies.Packets, counted.Lost.Packets, int(k.flows.Load())
	c.Begun = k.begun.Load()
	c.Held, c.Late, c.Uncut = counted.Held.Packets, k.parked.overdue()+counted.Early.Packets, uint64(k.refusals.Load())
	c.Untold = k.untold.packets.Load()
	c.Entries4, c.Entries6 = k.gate.Entries()
	c.Names, c.NameRules = k.gate.NameEntries()
	if c.MapBytes, err = k.gate.Memory(); err != nil {
		return c, err
	}
	bans, err := k.gate.Bans()
	if err != nil {
		return c, err
	}
	c.Bans = len(bans)
	c.Fastpath, c.Wired = k.redirected()
	c.Restored = int(k.restored.Load())
	c.Ports, err = k.ports()
	return c, err
}
