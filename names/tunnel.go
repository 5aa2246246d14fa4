package names

import (
	"abri.example/abri"
	"abri.example/abri/flow"
	"abri.example/abri/packet"
)

const (
	maxTunnels = 4    // how many, one in another, are looked into
	maxInside  = 4096 // how many conversations within tunnels are followed at once
)

// tunnels are the conversations that stand within others.
type tunnels struct {
	inside *flow.Table    // nil until the first
	outer  *flow.Flow     // of the packet under way, nil where it is in no tunnel
	deep   int            // in how many tunnels it is
	header packet.Headers // of what a tunnel carries
}

// tunnel takes the packet that another one carries: what is asked for within a tunnel is read as what is asked for
// beside it. The conversations inside have a table of their own, so that many of them push out nobody else's.
func (w *Watch) tunnel(f *flow.Flow, h *packet.Headers) {
	t := &w.tunnels
	link, inner := carried(h)
	if inner == nil || t.deep == maxTunnels {
		return
	}
	packet.Decode(link, inner, &t.header)
	if !t.header.Known {
		return
	}
	if t.inside == nil {
		t.inside = flow.NewTable(flow.Options{Max: maxInside, Early: w.End})
	}
	within, _ := t.inside.Observe(w.now, abri.SideUnknown, &t.header)
	if within == nil {
		return
	}
	if t.deep++; t.outer == nil {
		t.outer = f
	}
	w.take(within, &t.header)
	if t.deep--; t.deep == 0 {
		t.outer = nil
	}
}
