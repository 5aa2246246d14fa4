package gate

import (
	"errors"
	"iter"
	"slices"
	"sync/atomic"
	"time"
	"unsafe"

	"github.com/cilium/ebpf"
	"golang.org/x/sys/unix"

	"abri.example/abri"
)

// LoadStats is what a Load has done.
type LoadStats struct {
	V4, V6 int           // entries that were found standing in the new generation
	Took   time.Duration // from the call to the flip
}

// Load replaces the lists: it builds the idle generation in the kernel's memory and flips to it with one store, so that
// every packet is judged by the old lists or by the new ones. v4 holds address<<8 | length, v6 prefixes; order and
// duplicates do not matter, bits beyond a length are ignored.
//
// A prefix wider than /8 or /19, or that touches reserved space (RFC 6890, and all but 2000::/3), is refused by name
// with CodeRefused, and nothing changes. Two loads never run at once.
func (g *Gate) Load(v4 []uint64, v6 []Prefix6) (LoadStats, error) {
	return g.LoadEach(slices.Values(v4), v6)
}

// LoadEach is Load for entries that stand in no slice: v4 is gone through several times, and gives the same each time.
func (g *Gate) LoadEach(v4 iter.Seq[uint64], v6 []Prefix6) (LoadStats, error) {
	start := time.Now()
	if err := errors.Join(refuse4(v4), refuse6(v6)); err != nil {
		return LoadStats{}, err
	}
	g.loading.Lock()
	defer g.loading.Unlock()
	if g.control.at == nil {
		return LoadStats{}, errClosed
	}
	idle := (atomic.LoadUint32(&g.control.at.Gen) & 1) ^ 1
	if err := g.settle(idle); err != nil {
		return LoadStats{}, err
	}
	stands := kernelGeneration{}
	if err := g.load4(idle, v4, &stands); err != nil {
		return LoadStats{}, err
	}
	if err := g.load6(idle, v6, &stands); err != nil {
		return LoadStats{}, err
	}
	g.control.at.Gens[idle] = stands
	atomic.StoreUint32(&g.control.at.Gen, idle)
	return LoadStats{V4: int(stands.Prefixes4), V6: int(stands.Prefixes6), Took: time.Since(start)}, nil
}

// load4 builds the IPv4 side of a generation.
func (g *Gate) load4(gen uint32, v4 iter.Seq[uint64], stands *kernelGeneration) error {
	root, freeRoot, err := array[uint32](g, g.maps.Roots4, kernelMapRoots4, gen, 1<<16)
	if err != nil {
		return err
	}
	defer freeRoot()
	outline, freeOutline, err := array[leaf4](g, g.maps.Outlines4, kernelMapOutlines4, gen, 1<<16)
	if err != nil {
		return err
	}
	defer freeOutline()
	clear(root)
	n := leavesOf(root, v4, slices.Values(proof4))
	leaves, freeLeaves, err := array[leaf4](g, g.maps.Leaves4, kernelMapLeaves4, gen, n)
	if err != nil {
		return err
	}
	defer freeLeaves()
	clear(leaves[:n])
	t := table4{outline, root, leaves}
	t.fill(v4, slices.Values(proof4))
	for e := range v4 {
		if t.stands(e) {
			stands.Prefixes4++
		}
	}
	stands.Blocks4, stands.Hosts4 = t.census()
	return nil
}

// load6 builds the IPv6 side. A table in which some prefix finds no room is built again with another seed, then larger.
func (g *Gate) load6(gen uint32, v6 []Prefix6, stands *kernelGeneration) error {
	root, freeRoot, err := array[uint16](g, g.maps.Roots6, kernelMapRoots6, gen, 1<<16)
	if err != nil {
		return err
	}
	defer freeRoot()
	outline, freeOutline, err := array[leaf4](g, g.maps.Outlines6, kernelMapOutlines6, gen, 1<<13)
	if err != nil {
		return err
	}
	defer freeOutline()
	sets, freeSets, err := array[lengths6](g, g.maps.Sets6, kernelMapSets6, gen, 1<<16)
	if err != nil {
		return err
	}
	defer freeSets()
	size := buckets6For(len(v6) + len(proof6))
	for seed := uint64(1); ; seed++ {
		buckets, free, err := array[bucket6](g, g.maps.Buckets6, kernelMapBuckets6, gen, size)
		if err != nil {
			return err
		}
		t := &table6{outline: outline, root: root, sets: sets, buckets: buckets, seed: seed}
		t.begin()
		if !t.fill(v6) || !t.fill(proof6) {
			free()
			if seed%2 == 0 {
				size *= 2
			}
			continue
		}
		for _, p := range v6 {
			if t.stands(p) {
				stands.Prefixes6++
			}
		}
		stands.Slots6, stands.Seed6, stands.Mask6 = t.census(), seed, uint64(len(buckets)-1)
		free()
		return nil
	}
}

func (t *table6) fill(v6 []Prefix6) bool {
	for _, p := range v6 {
		if !t.add(p) {
			return false
		}
	}
	return true
}

// settle makes the idle generation nobody's but ours: putting one of its arrays where it stands makes the kernel wait for
// every program that may still read what was there before the last flip (kernel, maybe_wait_bpf_programs).
func (g *Gate) settle(idle uint32) error {
	if m := g.arrays[kernelMapRoots4][idle]; m != nil {
		return place(g.maps.Roots4, kernelMapRoots4, idle, m)
	}
	return nil
}

func place(outer *ebpf.Map, name string, gen uint32, m *ebpf.Map) error {
	if err := outer.Put(gen, m); err != nil {
		return &abri.Error{Code: abri.CodeInternal, Place: name, What: "the lists cannot be put in place", Err: err}
	}
	return nil
}

// array maps the list array of one generation into memory, with room for need values; the caller frees it, so that it
// does not stay in this process's memory. An array that is too small, or not there yet, is replaced by a larger one.
func array[T any](g *Gate, outer *ebpf.Map, name string, gen uint32, need int) ([]T, func(), error) {
	m, err := g.grow(outer, name, gen, need)
	if err != nil {
		return nil, nil, err
	}
	return mapped[T](m, unix.PROT_READ|unix.PROT_WRITE)
}

// mapped maps the values of an array, whose size is a multiple of eight bytes, as a slice of T.
func mapped[T any](m *ebpf.Map, protection int) ([]T, func(), error) {
	size := int(m.MaxEntries()) * int(m.ValueSize())
	memory, err := unix.Mmap(m.FD(), 0, size, protection, unix.MAP_SHARED)
	if err != nil {
		return nil, nil, &abri.Error{Code: abri.CodeInternal, What: "the lists cannot be mapped", Err: err}
	}
	n := size / int(unsafe.Sizeof(*new(T)))
	return unsafe.Slice((*T)(unsafe.Pointer(&memory[0])), n), func() { unix.Munmap(memory) }, nil
}
