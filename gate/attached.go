package gate

import (
	"errors"
	"fmt"

	"github.com/cilium/ebpf"
	"github.com/vishvananda/netlink"

	"abri.example/abri"
)

// Attached lists the ports, outside first, as the kernel has them now: nothing is answered from memory, for anybody who
// may change the network can take a program off. Program is 0 where the gate's own is not on the port, or what judges
// the box's own packets is gone from the outside one.
func (g *Gate) Attached() []Port {
	g.attaching.Lock()
	defer g.attaching.Unlock()
	out := append([]Port(nil), g.ports...)
	for i := range out {
		if !g.stands(i) {
			out[i].Program = 0
		}
	}
	return out
}

// Attach puts the programs back on the ports they were taken from, and the pins with them; where all stands it does
// nothing. CodeUnavailable when a port does not take its program, as when the port is gone, and after Close, which leaves
// the ports as they are.
func (g *Gate) Attach() error {
	g.attaching.Lock()
	defer g.attaching.Unlock()
	if g.control.at == nil { // nothing that is closed stands, and nothing can be put in its place
		return errClosed
	}
	var errs []error
	for i := range g.ports {
		if !g.stands(i) {
			errs = append(errs, g.attachAgain(i))
		}
	}
	return errors.Join(errs...)
}

func (g *Gate) attachAgain(i int) error {
	p := g.ports[i]
	if _, err := netlink.LinkByIndex(p.Index); err != nil {
		return &abri.Error{Code: abri.CodeUnavailable, Place: fmt.Sprintf("interface %d", p.Index), What: "the interface is gone", Err: err}
	}
	if err := g.pin(); err != nil {
		return err
	}
	l, err := g.attachPort(p, g.generic)
	if err != nil {
		return err
	}
	g.links[i].Close()
	g.links[i] = l
	if p, err = describe(l, p); err != nil {
		return err
	}
	g.ports[i] = p
	g.mute()
	if p.Side == abri.Outside {
		return addEgress(p.Index, g.programs.AbriEgress)
	}
	return nil
}

// stands asks the kernel whether the programs of one port are on it. attaching is held.
func (g *Gate) stands(i int) bool {
	info, err := g.links[i].Info()
	if err != nil || uint32(info.Program) != g.ports[i].Program {
		return false
	}
	x := info.XDP()
	if x == nil || int(x.Ifindex) != g.ports[i].Index {
		return false
	}
	return g.ports[i].Side != abri.Outside || egressStands(g.ports[i].Index, g.programs.AbriEgress)
}

// egressStands reports whether a filter of ours, with this program, is on what leaves by the port.
func egressStands(index int, program *ebpf.Program) bool {
	info, err := program.Info()
	if err != nil {
		return false
	}
	id, known := info.ID()
	dev, err := netlink.LinkByIndex(index)
	if err != nil || !known {
		return false
	}
	there, err := netlink.FilterList(dev, netlink.HANDLE_MIN_EGRESS)
	if err != nil {
		return false
	}
	for _, f := range there {
		if b, ok := f.(*netlink.BpfFilter); ok && b.Priority == egressPriority && b.Id == int(id) {
			return true
		}
	}
	return false
}
