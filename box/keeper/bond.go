package keeper

import (
	abri "abri.example/abri"
	"abri.example/abri/box/order"
)

// hear notes, once for each port, that a device behind it tries to bond its links: through no bridge it can.
func (k *Keeper) hear(ports []order.Port) {
	for _, p := range ports {
		side := sideOf(p.Side)
		if k.bonds.Heard(side) && !k.bonded[side].Swap(true) {
			k.log.Error("a device bonds its links (LACP), and that can't pass through the box; let its bond end at the box, or use one cable", "side", p.Side, "port", p.Name)
		}
	}
}

// sideOf is the side of a port by its name.
func sideOf(name string) abri.Side {
	if name == abri.Inside.String() {
		return abri.Inside
	}
	return abri.Outside
}
