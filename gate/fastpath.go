package gate

import (
	"encoding/binary"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/link"
	"github.com/vishvananda/netlink"

	"abri.example/abri"
)

// liveFrames is BPF_F_TEST_XDP_LIVE_FRAMES: what a program says of a frame in a test run becomes of it.
const liveFrames = 1 << 1

// fastpath is what watches the redirect while it is on: without it frames that a driver refuses would be lost unseen.
type fastpath struct {
	watch []link.Link
}

// Wired is what became of redirected frames, since Open: those sent, and the times that a driver took none.
type Wired struct{ Sent, Refused uint64 }

// SetFastpath has known conversations redirected from port to port, past the bridge, or ends that, from the next packet
// on. Verdicts, counters and copies are the same; while the agent is away the bridge carries everything. What a full
// queue of a port loses is lost as behind the bridge.
//
// CodeUnsupported, and off, where it could lose packets: in host mode, where a port's XDP is generic, and where a port
// refuses a frame that is sent by it on trial (to its own address, so that nobody else takes it up).
func (g *Gate) SetFastpath(on bool) error {
	g.attaching.Lock()
	defer g.attaching.Unlock()
	release, err := g.hold()
	if err != nil {
		return err
	}
	defer release()
	atomic.StoreUint32(&g.control.at.Fastpath, 0)
	if !on {
		g.fastpath.close()
		return nil
	}
	if err := g.lay(); err != nil {
		g.fastpath.close()
		return err
	}
	atomic.StoreUint32(&g.control.at.Fastpath, 1)
	return nil
}

// Fastpath reports whether known conversations are redirected.
func (g *Gate) Fastpath() bool {
	release, err := g.hold()
	if err != nil {
		return false
	}
	defer release()
	return atomic.LoadUint32(&g.control.at.Fastpath) != 0
}

// Wired asks the kernel what became of redirected frames: those of every program of the machine while the redirect is on.
func (g *Gate) Wired() (Wired, error) {
	var each []kernelWireCount
	if err := g.maps.Wired.Lookup(uint32(0), &each); err != nil {
		return Wired{}, &abri.Error{Code: abri.CodeUnavailable, What: "the counters of the redirect cannot be read", Err: err}
	}
	var sum Wired
	for _, n := range each {
		sum.Sent += n.Sent
		sum.Refused += n.Refused
	}
	return sum, nil
}

// lay joins the two ports and tries each. attaching is held.
func (g *Gate) lay() error {
	if len(g.ports) != 2 {
		return noFastpath("fastpath", "there is one port only", nil)
	}
	if err := g.fastpath.open(&g.programs); err != nil {
		return err
	}
	for i, p := range g.ports {
		other := g.ports[1-i]
		if !p.Native {
			return noFastpath(fmt.Sprintf("interface %d", p.Index), "the driver of this port has no XDP of its own", nil)
		}
		if err := g.maps.Wires.Put(uint32(p.Side), uint32(other.Index)); err != nil {
			return noFastpath(fmt.Sprintf("interface %d", other.Index), "the port cannot be redirected to", err)
		}
		if err := g.try(p.Side, other); err != nil {
			return err
		}
	}
	return nil
}

// try sends one frame out of a port, from and to the port's own address, in the type for local experiments (IEEE 802,
// §9.2.4): whoever is at the other end of the cable has no use for it.
func (g *Gate) try(from abri.Side, to Port) error {
	place := fmt.Sprintf("interface %d", to.Index)
	dev, err := netlink.LinkByIndex(to.Index)
	if err != nil {
		return noFastpath(place, "the interface is gone", err)
	}
	own := dev.Attrs().HardwareAddr
	if len(own) != 6 {
		return noFastpath(place, "not an Ethernet port", nil)
	}
	frame := append(append([]byte(nil), own...), own...)
	frame = append(binary.BigEndian.AppendUint16(frame, 0x88b5), byte(from))
	frame = append(frame, make([]byte, 60-len(frame))...)
	before, err := g.Wired()
	if err != nil {
		return err
	}
	_, err = g.programs.AbriWireTrial.Run(&ebpf.RunOptions{Data: frame, Repeat: 1, Flags: liveFrames})
	after, failed := g.Wired()
	if err = errors.Join(err, failed); err != nil {
		return noFastpath(place, "a frame cannot be sent on trial", err)
	}
	if after.Sent == before.Sent || after.Refused != before.Refused {
		return noFastpath(place, "the driver of this port does not send what is redirected to it", nil)
	}
	return nil
}

func noFastpath(place, what string, err error) error {
	return &abri.Error{Code: abri.CodeUnsupported, Place: place, What: "known conversations cannot be redirected: " + what, Remedy: "fastpath = false in [gate]; the bridge carries everything, with the same verdicts", Err: err}
}

// open has the kernel count what becomes of redirected frames.
func (f *fastpath) open(p *kernelPrograms) error {
	if f.watch != nil {
		return nil
	}
	for name, program := range map[string]*ebpf.Program{"xdp_devmap_xmit": p.AbriWireSent, "xdp_redirect_err": p.AbriWireError} {
		l, err := link.AttachRawTracepoint(link.RawTracepointOptions{Name: name, Program: program})
		if err != nil {
			return noFastpath("tracepoint "+name, "the kernel does not tell what becomes of redirected frames", err)
		}
		f.watch = append(f.watch, l)
	}
	return nil
}

func (f *fastpath) close() {
	for _, l := range f.watch {
		l.Close()
	}
	f.watch = nil
}
