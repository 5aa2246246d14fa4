package keeper

import (
	abri "abri.example/abri"
	"abri.example/abri/box/order"
	"abri.example/abri/gate"
)

// Flood has the gate hold floods back by the reader's bars.
func (k *Keeper) Flood(f order.Flood) error {
	var bars gate.Bars
	for _, p := range gate.Pressures {
		b := f.Bars[abri.Pressure(p.String())]
		bars[p] = gate.Bar{Source: gate.Pace(b.Source), Net: gate.Pace(b.Net), Target: gate.Pace(b.Target)}
	}
	if err := k.gate.Challenge(f.Challenge); err != nil {
		return err
	}
	k.connections.Store(int64(f.Connections))
	return k.gate.SetBars(&bars)
}
