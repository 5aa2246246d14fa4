package reader

import (
	"context"
	"maps"
	"net/netip"
	"slices"
	"sync"
	"time"

	abri "abri.example/abri"
	"abri.example/abri/box/library"
	"abri.example/abri/box/order"
	"abri.example/abri/store"
)

// Every how often contacts are written down, and how many one day may have: what is beyond is not remembered, or a
// scanner inside would fill the disk.
const (
	contactsEvery = time.Minute
	mostContacts  = 10_000
)

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

// note takes a conversation, of which bytes are new.
func (c *contacts) note(day abri.Day, device, outside netip.Addr, began bool, bytes uint64, first, last time.Time) {
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
	r.contacts.note(abri.DayOf(last, r.today.location), f.Client.Addr(), outside, f.Began, f.Bytes, first, last)
}

// keepContacts writes contacts down until ctx ends, and then once more.
func (r *Reader) keepContacts(ctx context.Context) error {
	err := every(ctx, contactsEvery, func() error {
		r.writeContacts(ctx)
		return nil
	})
	r.writeContacts(context.WithoutCancel(ctx))
	return err
}

// writeContacts gives the store what waits. What it does not take is lost: it only serves to rehearse and to look back.
func (r *Reader) writeContacts(ctx context.Context) {
	s := r.record.opened()
	if s == nil {
		return
	}
	if batch := r.contacts.take(); len(batch) > 0 {
		if err := s.AddContacts(ctx, batch); err != nil {
			r.log.Warn("contacts are not remembered", "contacts", len(batch), "err", err)
		}
	}
}

// sinceDays is the first of the last days, today among them.
func (r *Reader) sinceDays(n int) abri.Day { return abri.DayOf(r.now(), r.today.location).Add(1 - n) }

// met are the addresses with which the site spoke in the last days.
func (r *Reader) met(ctx context.Context, days int) []store.Met {
	r.writeContacts(ctx)
	s := r.record.opened()
	if s == nil {
		return nil
	}
	all, err := s.Met(ctx, r.sinceDays(days))
	if err != nil {
		r.log.Warn("the contacts of this site can't be read", "err", err)
	}
	return all
}

// weekOfContacts are the contacts that a new list is held against, and on how many days each was met.
func (r *Reader) weekOfContacts() []library.Contact {
	met := r.met(context.Background(), 7)
	out := make([]library.Contact, 0, len(met))
	for _, m := range met {
		out = append(out, library.Contact(m))
	}
	return out
}
