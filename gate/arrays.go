package gate

import (
	"errors"

	"github.com/cilium/ebpf"

	"abri.example/abri"
)

// arrays are the list arrays of both generations, by the name of their outer map. Their file descriptors are kept from
// Open on: asking an outer map for an array gives only its id, and to open an id takes CAP_SYS_ADMIN, which an agent
// that gave up its privileges does not have (kernel, bpf_map_get_fd_by_id). They belong to who holds Gate.loading.
type arrays map[string]*[2]*ebpf.Map

// growth is the step by which an array is made larger, so that a list that grows a little finds room. A power of two
// that is above it stays one: the number of buckets must be.
const growth = 16384

// openArrays finds the arrays that stand in the outer maps of a taken-over gate; a new gate has none yet.
func (g *Gate) openArrays() error {
	outer := g.maps.byName()
	for name, generations := range g.arrays {
		for gen := range generations {
			err := outer[name].Lookup(uint32(gen), &generations[gen])
			if err != nil && !errors.Is(err, ebpf.ErrKeyNotExist) {
				return &abri.Error{Code: abri.CodeInternal, Place: name, What: "the lists of the gate cannot be taken over", Err: err}
			}
		}
	}
	return nil
}

// grow gives the array of a generation with room for need values: the one that stands, or a larger one in its stead.
func (g *Gate) grow(outer *ebpf.Map, name string, gen uint32, need int) (*ebpf.Map, error) {
	stands := &g.arrays[name][gen]
	if *stands != nil && int((*stands).MaxEntries()) >= need {
		return *stands, nil
	}
	spec := g.inner[name].Copy()
	if int(spec.MaxEntries) < need {
		spec.MaxEntries = uint32((need + growth - 1) / growth * growth)
	}
	m, err := ebpf.NewMap(spec)
	if err != nil {
		return nil, &abri.Error{Code: abri.CodeFull, Place: name, What: "no memory for the lists", Remedy: "shorter lists, or more memory", Err: err}
	}
	if err := place(outer, name, gen, m); err != nil {
		m.Close()
		return nil, err
	}
	(*stands).Close()
	*stands = m
	return m, nil
}

func (a arrays) close() {
	for _, generations := range a {
		for _, m := range generations {
			m.Close()
		}
	}
}
