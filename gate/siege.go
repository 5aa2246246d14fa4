package gate

import (
	"errors"
	"math"
	"math/bits"
	"net/netip"

	"github.com/cilium/ebpf"

	"abri.example/abri"
)

// Siege is one service of one machine that something presses on.
type Siege struct {
	Target   netip.Addr // the zero Addr when it stands for several that found no place of their own
	Pressure Pressure
	Service  abri.Service // Other for whatever has no name of its own in the gate
	Seen     uint64       // packets that came to be measured, ever
	Held     Count        // of them, what was held back, or would have been, since First
	Returned uint64       // connections let in because who asked for them came back, since First
	Sources  uint64       // about how many sources were held back; MaxSources stands for more
	Samples  []netip.Addr // a few of the sources that were held back last: addresses of IPv4, the first of /64s
	First    int64        // of Monotonic; 0 when nothing was held back
	Last     int64
}

// MaxSources is as far as the sources of a siege can be told apart.
const MaxSources = 30_000

var doors = map[kernelDoor]abri.Service{
	kernelDoorDOOR_OTHER: abri.Other, kernelDoorDOOR_WEB: abri.Web, kernelDoorDOOR_MAIL: abri.Mail,
	kernelDoorDOOR_TELEPHONE: abri.TelephoneSvc, kernelDoorDOOR_REMOTE: abri.RemoteAccess, kernelDoorDOOR_NAMES: abri.DNS,
}

// Sieges gives what presses on each service, quiet or not, to fn: at most 2,049. fn's siege is reused, but for its Samples.
func (g *Gate) Sieges(fn func(*Siege)) error {
	cells := make([]kernelSiege, g.maps.Sieges.MaxEntries())
	keys := make([]uint32, len(cells))
	var cursor ebpf.MapBatchCursor
	n, err := g.maps.Sieges.BatchLookup(&cursor, keys, cells, nil)
	if err != nil && !errors.Is(err, ebpf.ErrKeyNotExist) {
		return &abri.Error{Code: abri.CodeUnavailable, What: "the sieges cannot be read", Err: err}
	}
	var s Siege
	for i := range n {
		if c := &cells[i]; c.Seen > 0 {
			s = c.siege()
			fn(&s)
		}
	}
	return nil
}

func (c *kernelSiege) siege() Siege {
	s := Siege{Pressure: Pressure(c.Pressure), Service: doors[c.Service], Seen: c.Seen, First: int64(c.First), Last: int64(c.Last)}
	if c.Pressure != kernelPressureNOTHING {
		s.Target = wire{c.Addr.Hi, c.Addr.Lo}.addr()
	}
	if c.First == 0 { // what else stands there is of another, whose place it was
		return s
	}
	s.Held, s.Returned = Count{c.Packets, c.Bytes}, c.Returned
	for n := range min(c.Packets, uint64(len(c.Sample))) { // the kernel fills them in turn, from the second on
		if a := c.Sample[(n+1)%uint64(len(c.Sample))]; a.Hi|a.Lo != 0 { // else it is being written
			s.Samples = append(s.Samples, wire{a.Hi, a.Lo}.addr())
		}
	}
	set := 0
	for _, w := range c.Sources {
		set += bits.OnesCount64(w)
	}
	s.Sources = linearCount(set, 64*len(c.Sources))
	return s
}

// linearCount is how many sources set so many of size bits (Whang, Vander-Zanden and Taylor, A Linear-Time Probabilistic
// Counting Algorithm, 1990).
func linearCount(set, size int) uint64 {
	if set >= size {
		return MaxSources
	}
	return min(MaxSources, uint64(math.Round(float64(size)*math.Log(float64(size)/float64(size-set)))))
}
