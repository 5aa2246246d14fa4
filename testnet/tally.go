package testnet

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"sync"
)

// maxCallers bounds a tally; callers beyond it are counted together, under the zero address.
const maxCallers = 4096

// Count is what one caller did at a server. Contacts are connections or datagrams that arrived, Served the exchanges
// that came to their good end (a letter taken, a page given, a question answered), Bytes what was handed in.
type Count struct {
	Contacts, Served int
	Bytes            int64
}

// Tally is what a server received, from whom. The zero Tally is ready. Safe for concurrent use.
type Tally struct {
	mu      sync.Mutex
	callers map[netip.Addr]Count
	news    chan struct{} // closed at the next change
}

// From is what this caller did.
func (t *Tally) From(caller netip.Addr) Count {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.callers[caller]
}

// Total is what all callers did.
func (t *Tally) Total() Count {
	t.mu.Lock()
	defer t.mu.Unlock()
	var sum Count
	for _, c := range t.callers {
		sum = sum.plus(c)
	}
	return sum
}

// Await returns once this caller was served n times, or says what was counted when ctx is done first.
func (t *Tally) Await(ctx context.Context, caller netip.Addr, n int) error {
	for {
		t.mu.Lock()
		c, news := t.callers[caller], t.listen()
		t.mu.Unlock()
		if c.Served >= n {
			return nil
		}
		select {
		case <-news:
		case <-ctx.Done():
			return fmt.Errorf("%s was served %d times, not %d: %w", caller, c.Served, n, ctx.Err())
		}
	}
}

func (t *Tally) listen() chan struct{} {
	if t.news == nil {
		t.news = make(chan struct{})
	}
	return t.news
}

func (t *Tally) add(from net.Addr, c Count) {
	caller := callerOf(from)
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.callers == nil {
		t.callers = make(map[netip.Addr]Count)
	}
	if _, known := t.callers[caller]; !known && len(t.callers) >= maxCallers {
		caller = netip.Addr{}
	}
	t.callers[caller] = t.callers[caller].plus(c)
	if t.news != nil {
		close(t.news)
		t.news = nil
	}
}

func (c Count) plus(d Count) Count {
	return Count{c.Contacts + d.Contacts, c.Served + d.Served, c.Bytes + d.Bytes}
}

func callerOf(from net.Addr) netip.Addr {
	ap, err := netip.ParseAddrPort(from.String())
	if err != nil {
		return netip.Addr{}
	}
	return ap.Addr().Unmap()
}
