package keeper

import (
	"net/netip"
	"time"

	abri "abri.example/abri"
	"abri.example/abri/gate"
)

// crowd counts the connections that each source, and its network, holds at the site.
type crowd struct {
	sources, nets map[netip.Prefix]int
}

func newCrowd() *crowd { return &crowd{map[netip.Prefix]int{}, map[netip.Prefix]int{}} }

// A source's network may hold so many times as many connections; who has too many gets no other until the sweep after next.
const (
	crowdNet  = 4
	crowdTime = 5 * sweepEvery / 2
	idle      = 10 * time.Minute
)

// meet counts a conversation when it is an open connection from outside that the site answered.
func (c *crowd) meet(r *gate.FlowRecord, now int64) {
	const tcp, end = 6, 1 | 4 // FIN, RST
	if r.Proto != tcp || r.Side != abri.Outside || r.Down.Packets == 0 || (r.Up.Flags|r.Down.Flags)&end != 0 || now-r.Last > int64(idle) {
		return
	}
	source, net := 32, 24
	if r.Client.Addr().Is6() {
		source, net = 64, 48
	}
	if p, err := r.Client.Addr().Prefix(source); err == nil {
		c.sources[p]++
	}
	if p, err := r.Client.Addr().Prefix(net); err == nil {
		c.nets[p]++
	}
}

// beyond are the sources that hold more than most connections, and the networks that hold more than their sources together may.
func (c *crowd) beyond(most int) (all []netip.Prefix) {
	for p, n := range c.sources {
		if n > most {
			all = append(all, p)
		}
	}
	for p, n := range c.nets {
		if n > crowdNet*most {
			all = append(all, p)
		}
	}
	return all
}

// hold has the gate give no other connection to those who hold more than most; 0 is no bar.
func (c *crowd) hold(g *gate.Gate, most int) error {
	if most <= 0 {
		return nil
	}
	until := gate.Monotonic() + int64(crowdTime)
	for _, p := range c.beyond(most) {
		if err := g.Crowd(p, until); err != nil {
			return err
		}
	}
	return nil
}
