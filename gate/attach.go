package gate

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/link"
	"github.com/vishvananda/netlink"

	"abri.example/abri"
)

// Port is one port of the box with the gate on it.
type Port struct {
	Index   int       // ifindex
	Side    abri.Side // Outside or Inside
	Native  bool      // in the driver; otherwise generic, on skbs
	Program uint32    // the kernel's id of the program; 0 when it is not on the port any more

	virtual bool // a veth
}

func linkPath(dir string, side abri.Side) string { return filepath.Join(dir, "link_"+side.String()) }

// attach puts the programs on the ports. A link left by another set-up is removed.
func (g *Gate) attach(o Options) error {
	for _, p := range []Port{{Index: o.Outside, Side: abri.Outside}, {Index: o.Inside, Side: abri.Inside}} {
		if p.Index == 0 {
			if err := unlink(linkPath(g.dir, p.Side)); err != nil {
				return err
			}
			continue
		}
		l, err := g.attachPort(p, o.Generic)
		if err != nil {
			return err
		}
		g.links = append(g.links, l)
		if p, err = describe(l, p); err != nil {
			return err
		}
		g.ports = append(g.ports, p)
	}
	g.generic = o.Generic
	g.mute()
	return addEgress(o.Outside, g.programs.AbriEgress)
}

// attachPort updates the pinned link in place, or makes a new one and pins it.
func (g *Gate) attachPort(p Port, generic bool) (link.Link, error) {
	path := linkPath(g.dir, p.Side)
	if l, err := link.LoadPinnedLink(path, nil); err == nil {
		old, err := describe(l, Port{})
		if err == nil && old.Index == p.Index && !(generic && old.Native) && l.Update(g.programs.AbriXdp) == nil {
			return l, nil
		}
		l.Close()
	}
	if err := unlink(path); err != nil {
		return nil, err
	}
	l, err := attachXDP(p.Index, g.programs.AbriXdp, generic)
	if err != nil {
		return nil, &abri.Error{Code: abri.CodeUnavailable, Place: fmt.Sprintf("interface %d", p.Index), What: "the gate cannot be attached", Remedy: "remove another XDP program from this interface, or name another one", Err: err}
	}
	if err := l.Pin(path); err != nil {
		l.Close()
		return nil, &abri.Error{Code: abri.CodeUnavailable, Place: path, What: "cannot pin the link", Remedy: "mount a bpffs there", Err: err}
	}
	return l, nil
}

// mute has the agent send the answers to questions where the inside port may lose what a program sends back by it (XDP_TX): a
// veth does, in its driver, unless its other end has XDP or GRO, and that end is somebody else's to see.
func (g *Gate) mute() {
	mute := false
	for _, p := range g.ports {
		mute = mute || p.Side == abri.Inside && p.Native && p.virtual
	}
	atomic.StoreUint32(&g.control.at.Mute, flag(mute))
}

// attachXDP tries the driver first: generic mode comes after the packet was copied into an skb.
func attachXDP(index int, program *ebpf.Program, generic bool) (link.Link, error) {
	var native error
	if !generic {
		l, err := link.AttachXDP(link.XDPOptions{Program: program, Interface: index, Flags: link.XDPDriverMode})
		if err == nil {
			return l, nil
		}
		native = err
	}
	l, err := link.AttachXDP(link.XDPOptions{Program: program, Interface: index, Flags: link.XDPGenericMode})
	if err != nil {
		return nil, errors.Join(native, err)
	}
	return l, nil
}

// describe fills in what the kernel says of a link: port, program, mode.
func describe(l link.Link, p Port) (Port, error) {
	info, err := l.Info()
	if err != nil {
		return p, &abri.Error{Code: abri.CodeInternal, What: "the link cannot be read", Err: err}
	}
	p.Program = uint32(info.Program)
	if x := info.XDP(); x != nil {
		p.Index = int(x.Ifindex) // 0 when the interface is gone
	}
	if p.Index == 0 {
		return p, nil
	}
	dev, err := netlink.LinkByIndex(p.Index)
	if err != nil {
		return p, &abri.Error{Code: abri.CodeUnavailable, Place: fmt.Sprintf("interface %d", p.Index), What: "the interface is gone", Err: err}
	}
	x := dev.Attrs().Xdp
	p.Native = x != nil && x.AttachMode == xdpAttachedDriver
	p.virtual = dev.Type() == "veth"
	return p, nil
}

// xdpAttachedDriver is XDP_ATTACHED_DRV of linux/if_link.h.
const xdpAttachedDriver = 1

// unlink takes a pinned link off its port. None is well.
func unlink(path string) error {
	l, err := link.LoadPinnedLink(path, nil)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err == nil {
		defer l.Close()
		if err = l.Unpin(); err == nil {
			if err = l.Detach(); errors.Is(err, os.ErrNotExist) || errors.Is(err, link.ErrNotSupported) {
				err = nil
			}
		}
	}
	if err != nil {
		return &abri.Error{Code: abri.CodeUnavailable, Place: path, What: "the old link cannot be removed", Err: err}
	}
	return nil
}
