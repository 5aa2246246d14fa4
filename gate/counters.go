package gate

import (
	"github.com/cilium/ebpf"

	"abri.example/abri"
)

// Count is packets, and bytes of the IP packets (of the frame where it is not IP).
type Count struct{ Packets, Bytes uint64 }

// SideCount counts what came from one side, by Reason.
type SideCount [reasons]Count

// Counters counts every packet once, since the gate was first opened.
type Counters struct {
	Outside SideCount // what entered by the outside port
	Inside  SideCount // what entered by the inside port
	Own     SideCount // what the box itself sent outside; in host mode all that left
	Copies  Count     // packets put into the ring, and their bytes
	Lost    Count     // packets that the full ring refused; they were judged all the same
	Held    Count     // packets held for the agent to send on; they are counted as passed as well
	Early   Count     // answers that crossed before the words they answer were judged: the agent was late, or they too large
}

// sideBox is SIDE_BOX of kernel/words.h; the sides before it are abri.Side's.
const sideBox = 3

// Counters reads and sums the counters of all processors.
func (g *Gate) Counters() (Counters, error) {
	var c Counters
	var row SideCount
	for side, to := range map[uint32]*SideCount{uint32(abri.Outside): &c.Outside, uint32(abri.Inside): &c.Inside, sideBox: &c.Own} {
		for r := uint32(0); r < uint32(kernelReasonREASONS); r++ {
			n, err := g.counted(side, r)
			if err != nil {
				return Counters{}, err
			}
			switch kernelReason(r) {
			case kernelReasonCOPIES:
				c.Copies.add(n)
			case kernelReasonLOST:
				c.Lost.add(n)
			case kernelReasonWAITING:
				c.Held.add(n)
			case kernelReasonEARLY:
				c.Early.add(n)
			default:
				row[r] = n
			}
		}
		*to = row
	}
	return c, nil
}

func (c *Count) add(n Count) {
	c.Packets += n.Packets
	c.Bytes += n.Bytes
}

func (g *Gate) counted(side, reason uint32) (Count, error) {
	var each []kernelCount
	if err := g.maps.Counts.Lookup(side*uint32(kernelReasonREASONS)+reason, &each); err != nil {
		return Count{}, &abri.Error{Code: abri.CodeUnavailable, What: "the counters cannot be read", Err: err}
	}
	var sum Count
	for _, n := range each {
		sum.add(Count{n.Packets, n.Bytes})
	}
	return sum, nil
}

// Memory is what the kernel holds for the maps, in bytes, by its own account (memlock in fdinfo, or the size of entries).
func (g *Gate) Memory() (maps uint64, err error) {
	g.loading.Lock()
	defer g.loading.Unlock()
	if g.control.at == nil {
		return 0, errClosed
	}
	for _, m := range g.maps.byName() {
		if maps, err = addMemory(maps, m); err != nil {
			return 0, err
		}
	}
	for _, generations := range g.arrays {
		for _, m := range generations {
			if m == nil {
				continue
			}
			if maps, err = addMemory(maps, m); err != nil {
				return 0, err
			}
		}
	}
	return maps, nil
}

func addMemory(sum uint64, m *ebpf.Map) (uint64, error) {
	info, err := m.Info()
	if err != nil {
		return 0, &abri.Error{Code: abri.CodeUnavailable, What: "a map cannot be described", Err: err}
	}
	n, _ := info.Memlock()
	return sum + n, nil
}
