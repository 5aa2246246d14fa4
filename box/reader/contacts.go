package reader

import (
	"maps"
	"net/netip"
	"slices"
	"sync"
	"time"

	abri "abri.example/abri"
	"abri.example/abri/box/order"
	"abri.example/abri/store"
)

// mostContacts is how many one day may have: what is beyond is not remembered, or a scanner inside would fill the disk.
const mostContacts = 10_000

// contacts are with whom devices of the site spoke since they were last written down: conversations that a device began
// and that were answered.
type contacts struct {
	mu    sync.Mutex
	day   abri.Day
	seen  map[contactKey]bool // of the day
	fresh map[contactKey]store.Contact
}

type contactKey struct {
	day             abri.Day
	outside, device netip.Addr
}

// note takes a conversation of a device, which people call so, and of which bytes are new.
func (c *contacts) note(day abri.Day, device, outside netip.Addr, called string, began bool, bytes uint64, first, last time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	key := contactKey{day, outside.Unmap(), device.Unmap()}
	if day != c.day {
		c.day, c.seen = day, map[contactKey]bool{}
	}
	if !c.seen[key] && len(c.seen) >= mostContacts {
		return
	}
	c.seen[key] = true
	x, known := c.fresh[key]
	if !known {
		x = store.Contact{Day: day, Outside: key.outside, Device: key.device, First: first, Last: last}
	}
	if began || !known {
		x.Flows++
	}
	x.Bytes += bytes
	if called != "" {
		x.Called = called
	}
	if last.After(x.Last) {
		x.Last = last
	}
	if c.fresh == nil {
		c.fresh = map[contactKey]store.Contact{}
	}
	c.fresh[key] = x
}

// take gives what waits, and forgets it.
func (c *contacts) take() []store.Contact {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := slices.Collect(maps.Values(c.fresh))
	c.fresh = nil
	return out
}

// noteContact takes a conversation as the kernel counts it, when a device inside began it and somebody outside answered.
func (r *Reader) noteContact(f order.Flow) {
	outside := f.Server.Addr()
	if f.Side != abri.Inside || f.Fate == order.Dropped || f.Down.Packets == 0 || outside.IsPrivate() || !outside.IsGlobalUnicast() {
		return
	}
	first, last := r.wall(f.First), r.wall(f.Last)
	r.contacts.note(abri.DayOf(last, r.today.location), f.Client.Addr(), outside, r.devices.Name(f.Client.Addr()), f.Began, f.Bytes, first, last)
}
