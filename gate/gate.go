// Package gate is the kernel's door of Abri: programs on the ports of the box that judge every packet where it enters,
// and the maps through which Go tells them whom to stop and learns what they saw.
//
// Its borders: it is the only package that imports cilium/ebpf and the only one with C (in kernel/, whose words.h is the
// vocabulary of both sides). It decides nothing by itself: lists, bans and people's choices are given to it. It knows
// monotonic time only; wall time, and bans over a reboot, are its caller's.
//
//	Open ─ loads or takes over ─▶ maps, programs, links, all pinned: filtering outlives the process
//	Load, Ban, Trust, Exempt, Own, SetMode, Beat ─▶ kernel
//	kernel ─▶ Read (copies), Sweep and SweepDrops (tables), Counters, Entries, Memory
package gate

import (
	"sync"
	"time"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/link"
	"golang.org/x/sys/unix"

	"abri.example/abri"
)

// Gate is the running gate. It is safe for concurrent use; each method says what it locks out, if anything.
type Gate struct {
	dir      string
	maps     kernelMaps
	programs kernelPrograms
	inner    map[string]*ebpf.MapSpec // templates of the list arrays, by the name of their outer map
	arrays   arrays
	control  *control
	filter   *filter
	narrow   *filter
	links    []link.Link
	ports    []Port
	generic  bool // as asked for
	fastpath fastpath
	ring     *ring
	lastBeat int64 // before Open

	loading   sync.Mutex // one Load, or one census, at a time
	attaching sync.Mutex // links and ports
	sets      sync.Mutex // changes of bans, trusted, exempt and own, with their counts
	blocking  sync.Mutex // changes of the blocked conversations
	closing   sync.Once
}

// Options say what to open. Zero Grace, Flows, Drops and RingBytes take their defaults.
type Options struct {
	PinDir     string        // a directory of a mounted bpffs; made when absent
	Outside    int           // ifindex of the port towards the Internet
	Inside     int           // ifindex of the port towards the site; 0 in host mode, where the one port is Outside
	Mode       abri.Mode     // of a new gate; Observe when empty. One that is taken over keeps its own
	FailClosed bool          // without a heartbeat for Grace: stop everything rather than pass everything
	Grace      time.Duration // 10 minutes
	Flows      int           // conversations remembered, 65,536
	Drops      int           // attempts remembered, 65,536
	RingBytes  int           // a power of two of at least 4,096; 4 MB
	Generic    bool          // attach in generic (skb) mode without trying the driver's
}

const (
	defaultGrace = 10 * time.Minute
	defaultTable = 65536
	defaultRing  = 4 << 20
)

// complete fills the defaults, and refuses by name what cannot be.
func (o *Options) complete() error {
	invalid := func(place, what, remedy string) error {
		return &abri.Error{Code: abri.CodeInvalid, Place: place, What: what, Remedy: remedy}
	}
	if o.Mode == "" {
		o.Mode = abri.Observe
	}
	if o.Grace == 0 {
		o.Grace = defaultGrace
	}
	if o.Flows == 0 {
		o.Flows = defaultTable
	}
	if o.Drops == 0 {
		o.Drops = defaultTable
	}
	if o.RingBytes == 0 {
		o.RingBytes = defaultRing
	}
	switch {
	case o.PinDir == "":
		return invalid("PinDir", "no directory for the pins", "give a directory of a mounted bpffs, such as /sys/fs/bpf/abri")
	case o.Outside <= 0 || o.Inside < 0 || o.Outside == o.Inside:
		return invalid("Outside, Inside", "not two ports", "give the indexes of two interfaces, or Inside 0 in host mode")
	case !o.Mode.Valid():
		return invalid("Mode", "unknown mode "+string(o.Mode), "observe or protect")
	case o.Grace < 0 || o.Flows < 0 || o.Drops < 0 || o.Flows > 1<<24 || o.Drops > 1<<24:
		return invalid("Grace, Flows, Drops", "out of range", "a positive time, tables of at most 16,777,216")
	case o.RingBytes < 4096 || o.RingBytes&(o.RingBytes-1) != 0 || o.RingBytes > 1<<30:
		return invalid("RingBytes", "not a size for a ring", "a power of two from 4,096 to 1,073,741,824")
	}
	return nil
}

// Close lets go of the gate. What is pinned goes on filtering; Detach ends that. A blocked Read returns os.ErrClosed.
func (g *Gate) Close() error {
	var err error
	g.closing.Do(func() {
		err = g.release()
	})
	return err
}

// release closes what Open has opened so far.
func (g *Gate) release() error {
	err := g.ring.stop()
	g.loading.Lock()
	defer g.loading.Unlock()
	g.sets.Lock()
	defer g.sets.Unlock()
	g.attaching.Lock()
	defer g.attaching.Unlock()
	g.fastpath.close()
	g.blocking.Lock()
	defer g.blocking.Unlock()
	for _, l := range g.links {
		l.Close()
	}
	g.arrays.close()
	g.ring.unmap()
	g.control.unmap()
	g.filter.unmap()
	g.narrow.unmap()
	g.maps.Close()
	g.programs.Close()
	return err
}

// Monotonic is the kernel's clock that all times of this package are in: nanoseconds since boot, without sleep
// (CLOCK_MONOTONIC, the clock of bpf_ktime_get_ns).
func Monotonic() int64 {
	var t unix.Timespec
	if unix.ClockGettime(unix.CLOCK_MONOTONIC, &t) != nil {
		return 0
	}
	return t.Nano()
}
