package receive

import (
	"container/list"
	"context"
	"net"
	"net/http"
	"sync"
)

// crowd is who has come and not said one whole request yet. It is bounded: beyond it the one that waits longest is sent
// away, for who has something to say says it within a moment. Each that goes without a whole request is counted.
type crowd struct {
	most       int
	unfinished func()

	mu    sync.Mutex
	order *list.List // of net.Conn, the longest first
	of    map[net.Conn]*list.Element
}

func newCrowd(most int, unfinished func()) *crowd {
	return &crowd{most: most, unfinished: unfinished, order: list.New(), of: map[net.Conn]*list.Element{}}
}

// changed is what a server tells of its connections (http.Server.ConnState).
func (c *crowd) changed(conn net.Conn, state http.ConnState) {
	switch state {
	case http.StateNew:
		if longest := c.enter(conn); longest != nil {
			c.unfinished()
			longest.Close()
		}
	case http.StateClosed:
		if c.leave(conn) {
			c.unfinished()
		}
	}
}

// enter gives the one that has to go, which is among them no more; nil for none.
func (c *crowd) enter(conn net.Conn) net.Conn {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.of[conn] = c.order.PushBack(conn)
	if c.order.Len() <= c.most {
		return nil
	}
	longest := c.order.Remove(c.order.Front()).(net.Conn)
	delete(c.of, longest)
	return longest
}

// leave reports whether the connection was among them.
func (c *crowd) leave(conn net.Conn) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.of[conn]
	if ok {
		c.order.Remove(e)
		delete(c.of, conn)
	}
	return ok
}

type connKey struct{}

// know gives a request its connection (http.Server.ConnContext).
func (c *crowd) know(ctx context.Context, conn net.Conn) context.Context {
	return context.WithValue(ctx, connKey{}, conn)
}

// heard takes a connection out, by the request that was heard whole on it.
func (c *crowd) heard(r *http.Request) {
	if conn, ok := r.Context().Value(connKey{}).(net.Conn); ok {
		c.leave(conn)
	}
}
