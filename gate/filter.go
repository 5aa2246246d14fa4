package gate

import (
	"sync/atomic"
	"unsafe"

	"github.com/cilium/ebpf"
	"golang.org/x/sys/unix"

	"abri.example/abri"
)

// filter is what lets the kernel skip the look-up of nearly every address that is not banned: a bit for each hash. It
// counts here how many bans share a bit, so that the end of one does not hide another. It belongs to who holds Gate.sets.
type filter struct {
	words  []uint64 // the kernel's
	page   []byte
	shared [1 << filterBits]uint16 // a bit that ever reached the highest count stays set
}

// filterBits is FILTER_BITS of kernel/words.h.
const filterBits = 17

func mapFilter(m *ebpf.Map) (*filter, error) {
	page, err := unix.Mmap(m.FD(), 0, int(m.ValueSize()), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	if err != nil {
		return nil, &abri.Error{Code: abri.CodeInternal, What: "the filter of bans cannot be mapped", Err: err}
	}
	return &filter{words: unsafe.Slice((*uint64)(unsafe.Pointer(&page[0])), len(page)/8), page: page}, nil
}

// filtered is a key that a filter stands before: by its address alone.
type filtered interface{ address() wire }

func (k kernelBanKey) address() wire    { return wire{k.Addr.Hi, k.Addr.Lo} }
func (k kernelNarrowKey) address() wire { return wire{k.Addr.Hi, k.Addr.Lo} }

// bit is filter_bit of kernel/lists.h.
func (f *filter) bit(k filtered) uint64 {
	a := k.address()
	return (a.Hi*0x9e3779b97f4a7c15 ^ a.Lo) * 0xd1b54a32d192ed03 >> (64 - filterBits)
}

func (f *filter) add(k filtered) {
	bit := f.bit(k)
	if f.shared[bit] < 1<<16-1 {
		f.shared[bit]++
	}
	atomic.OrUint64(&f.words[bit>>6], 1<<(bit&63))
}

func (f *filter) remove(k filtered) {
	bit := f.bit(k)
	if f.shared[bit] < 1<<16-1 {
		f.shared[bit]--
	}
	if f.shared[bit] == 0 {
		atomic.AndUint64(&f.words[bit>>6], ^(uint64(1) << (bit & 63)))
	}
}

// fill sets the filter to the given bans. No bit of theirs that stands is cleared meanwhile: packets go on.
func (f *filter) fill(bans []filtered) {
	f.shared = [1 << filterBits]uint16{}
	for _, k := range bans {
		f.add(k)
	}
	for bit, n := range f.shared {
		if n == 0 {
			atomic.AndUint64(&f.words[bit>>6], ^(uint64(1) << (bit & 63)))
		}
	}
}

func (f *filter) unmap() {
	if f == nil || f.page == nil {
		return
	}
	unix.Munmap(f.page)
	f.page, f.words = nil, nil
}
