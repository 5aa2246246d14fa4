package observatory

import (
	"io"
	"net"
	"sync"
	"testing"
)

// wire is the network between boxes and their observatories: it may be cut and healed. Each connection goes to the next
// of the far ends.
type wire struct {
	l    net.Listener
	ends []string

	mu   sync.Mutex
	cut  bool
	next int
	open map[net.Conn]bool
}

func newWire(t testing.TB, l net.Listener, ends ...string) *wire {
	w := &wire{l: l, ends: ends, open: map[net.Conn]bool{}}
	t.Cleanup(func() {
		l.Close()
		w.sever(true)
	})
	go w.run()
	return w
}

func (w *wire) run() {
	for {
		c, err := w.l.Accept()
		if err != nil {
			return
		}
		go w.join(c)
	}
}

func (w *wire) join(near net.Conn) {
	defer near.Close()
	w.mu.Lock()
	if w.cut {
		w.mu.Unlock()
		return
	}
	to := w.ends[w.next%len(w.ends)]
	w.next++
	w.mu.Unlock()
	far, err := net.Dial("tcp", to)
	if err != nil {
		return
	}
	defer far.Close()
	w.mu.Lock()
	w.open[near], w.open[far] = true, true
	w.mu.Unlock()
	over := make(chan struct{}, 2)
	go func() { io.Copy(far, near); over <- struct{}{} }()
	go func() { io.Copy(near, far); over <- struct{}{} }()
	<-over
	w.mu.Lock()
	delete(w.open, near)
	delete(w.open, far)
	w.mu.Unlock()
}

// sever cuts the wire, in the middle of whatever is being said, or heals it.
func (w *wire) sever(cut bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.cut = cut
	if cut {
		for c := range w.open {
			c.Close()
		}
	}
}
