package gate

import (
	"os"
	"sync/atomic"
	"unsafe"

	"github.com/cilium/ebpf"
	"golang.org/x/sys/unix"

	"abri.example/abri"
)

// layout is LAYOUT of kernel/words.h.
const layout = 17

// control is the page of switches, shared with the kernel: each is changed by one aligned store, which a packet sees
// whole or not at all.
type control struct {
	at   *kernelSwitches
	page []byte
}

func mapControl(m *ebpf.Map) (*control, error) {
	page, err := unix.Mmap(m.FD(), 0, os.Getpagesize(), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	if err != nil {
		return nil, &abri.Error{Code: abri.CodeInternal, What: "the gate's switches cannot be mapped", Err: err}
	}
	return &control{at: (*kernelSwitches)(unsafe.Pointer(&page[0])), page: page}, nil
}

// set writes what Open was told; generations, counts and mode of a taken-over gate stay. What the ring holds already is taken
// for judged.
func (c *control) set(o Options, now int64, filled uint64) {
	if c.at.Layout != layout {
		atomic.StoreUint32(&c.at.Protect, flag(o.Mode == abri.Protect))
	}
	atomic.StoreUint32(&c.at.FailClosed, flag(o.FailClosed))
	atomic.StoreUint64(&c.at.Grace, uint64(o.Grace))
	atomic.StoreUint64(&c.at.Beat, uint64(now))
	atomic.StoreUint64(&c.at.Judged, filled)
	atomic.StoreUint32(&c.at.Outside, uint32(o.Outside))
	atomic.StoreUint32(&c.at.Inside, uint32(o.Inside))
	atomic.StoreUint32(&c.at.Fastpath, 0)
	c.beginFlood(now)
	atomic.StoreUint32(&c.at.Strict, 0)
	atomic.StoreUint32(&c.at.Layout, layout)
}

func (c *control) unmap() {
	if c == nil || c.page == nil {
		return
	}
	unix.Munmap(c.page)
	c.at, c.page = nil, nil
}

func flag(on bool) uint32 {
	if on {
		return 1
	}
	return 0
}

// errClosed is what a method answers after Close.
var errClosed = &abri.Error{Code: abri.CodeUnavailable, What: "the gate is closed", Err: os.ErrClosed}

// hold locks the page against Close and reports whether it is still there; the caller calls the function it gives.
func (g *Gate) hold() (func(), error) {
	g.sets.Lock()
	if g.control.at == nil {
		g.sets.Unlock()
		return nil, errClosed
	}
	return g.sets.Unlock, nil
}

// SetMode switches between watching and dropping, from the next packet on. CodeInvalid for a mode that is neither.
func (g *Gate) SetMode(m abri.Mode) error {
	if !m.Valid() {
		return &abri.Error{Code: abri.CodeInvalid, Place: "mode", What: "unknown mode " + string(m), Remedy: "observe or protect"}
	}
	release, err := g.hold()
	if err != nil {
		return err
	}
	defer release()
	atomic.StoreUint32(&g.control.at.Protect, flag(m == abri.Protect))
	return nil
}

// Mode is what the kernel does now: Observe or Protect, and "" after Close.
func (g *Gate) Mode() abri.Mode {
	release, err := g.hold()
	if err != nil {
		return ""
	}
	defer release()
	if atomic.LoadUint32(&g.control.at.Protect) != 0 {
		return abri.Protect
	}
	return abri.Observe
}

// LastBeat is when the heart of the gate that Open took over had last beaten, a time of Monotonic; 0 for a new gate.
func (g *Gate) LastBeat() int64 { return g.lastBeat }

// Beat tells the kernel that the agent lives, at a time of Monotonic, not negative. Without one for 3 s nothing is copied to the ring;
// without one for Options.Grace everything passes, or stops when Options.FailClosed.
func (g *Gate) Beat(now int64) error {
	release, err := g.hold()
	if err != nil {
		return err
	}
	defer release()
	atomic.StoreUint64(&g.control.at.Beat, uint64(now))
	return nil
}
