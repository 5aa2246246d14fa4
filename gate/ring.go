package gate

import (
	"os"
	"sync"
	"sync/atomic"
	"unsafe"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/ringbuf"
	"golang.org/x/sys/unix"

	"abri.example/abri"
)

// ring is what the kernel found worth reading. Its places are bytes since the ring was made: what stands before another in it
// has the lower place, whatever their times say. The kernel keeps both on the ring's first two pages
// (Documentation/bpf/ringbuf.rst), of which this is a view.
type ring struct {
	*ringbuf.Reader
	reading sync.Mutex // one Read at a time, and none while the pages go
	pages   []byte
}

func openRing(m *ebpf.Map) (*ring, error) {
	page := os.Getpagesize()
	pages, err := unix.Mmap(m.FD(), 0, 2*page, unix.PROT_READ, unix.MAP_SHARED)
	if err != nil {
		return nil, &abri.Error{Code: abri.CodeInternal, What: "the places of the ring cannot be mapped", Err: err}
	}
	reader, err := ringbuf.NewReader(m)
	if err != nil {
		unix.Munmap(pages)
		return nil, &abri.Error{Code: abri.CodeInternal, What: "the ring cannot be read", Err: err}
	}
	return &ring{Reader: reader, pages: pages}, nil
}

// next waits for a record, and gives the place behind it.
func (r *ring) next(rec *ringbuf.Record) (place uint64, err error) {
	r.reading.Lock()
	defer r.reading.Unlock()
	if err := r.ReadInto(rec); err != nil {
		return 0, err
	}
	return r.isRead(), nil
}

// isRead is the place behind the last record that was read; isFilled the one behind the last that was put.
func (r *ring) isRead() uint64   { return r.at(0) }
func (r *ring) isFilled() uint64 { return r.at(os.Getpagesize()) }

func (r *ring) at(offset int) uint64 {
	return atomic.LoadUint64((*uint64)(unsafe.Pointer(&r.pages[offset])))
}

// stop ends a Read that waits, and each that comes. A ring that was never opened has nothing to stop or to unmap.
func (r *ring) stop() error {
	if r == nil {
		return nil
	}
	return r.Close()
}

// unmap forgets the places, once nobody asks for them any more.
func (r *ring) unmap() {
	if r == nil {
		return
	}
	r.reading.Lock()
	defer r.reading.Unlock()
	unix.Munmap(r.pages)
}
