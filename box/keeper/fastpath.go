package keeper

import (
	abri "abri.example/abri"
	"abri.example/abri/box/config"
	"abri.example/abri/box/order"
)

// quicken has known conversations redirected past the bridge where the configuration asks for it and nothing speaks
// against it. Where something does the bridge carries everything, with the same verdicts, and the log says why.
func (k *Keeper) quicken(c config.Gate) {
	k.attending.Lock()
	defer k.attending.Unlock()
	if c.Fastpath == k.gate.Fastpath() {
		return
	}
	err := k.gate.SetFastpath(false)
	if err == nil && c.Fastpath {
		if err = k.mayQuicken(); err == nil {
			err = k.gate.SetFastpath(true)
		}
	}
	switch {
	case err != nil:
		k.log.Warn("known conversations are not redirected; the bridge carries everything", "err", err)
	case c.Fastpath:
		k.log.Info("known conversations are redirected from port to port")
	}
}

// mayQuicken refuses what only the bridge does, or only the card knows: a bridge that filters by VLAN, and a card that
// takes tags off, which a redirected frame would lose.
func (k *Keeper) mayQuicken() error {
	refused := func(what, remedy string) error {
		return &abri.Error{Code: abri.CodeRefused, Place: "[gate] fastpath", What: what, Remedy: remedy}
	}
	filters, err := k.bridge.FiltersVLANs()
	if err != nil {
		return err
	}
	if filters {
		return refused("the bridge filters by VLAN, and what is redirected does not meet it", "ip link set dev BRIDGE type bridge vlan_filtering 0, or fastpath = false")
	}
	links, err := k.bridge.Links()
	if err != nil {
		return err
	}
	for _, l := range links {
		if l.StripsTags {
			return refused("port "+l.Name+" takes VLAN tags off, and can't be told not to", "another card, or fastpath = false")
		}
	}
	return nil
}

// attend ends the redirect when it loses what the bridge would carry: a driver takes no frames any more, or a port is
// not in the bridge. It is called every second.
func (k *Keeper) attend(ports []order.Port) {
	k.attending.Lock()
	defer k.attending.Unlock()
	now, err := k.gate.Wired()
	refused := now.Refused - k.wired.Refused
	k.wired = now
	if err != nil || !k.gate.Fastpath() {
		return
	}
	for _, p := range ports {
		if refused == 0 && p.Fault != order.PortOut && p.Fault != order.PortGone {
			continue
		}
		k.log.Error("known conversations are not redirected any more; the bridge carries everything", "port", p.Name, "fault", p.Fault, "refused", refused)
		if err := k.gate.SetFastpath(false); err != nil {
			k.log.Error("the redirect can't be ended", "err", err)
		}
		return
	}
}

// redirected is how many frames took the short way, 0 when there is none.
func (k *Keeper) redirected() (on bool, frames uint64) {
	if !k.gate.Fastpath() {
		return false, 0
	}
	now, err := k.gate.Wired()
	if err != nil {
		return true, 0
	}
	return true, now.Sent
}
