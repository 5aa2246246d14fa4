package names

import (
	"abri.example/abri/flow"
	"abri.example/abri/names/quic"
)

// maxClients is how many QUIC clients are waited for at once. Each has keys of some 2 KB, and half a hello costs an
// attacker one datagram; an honest hello is whole in two that follow each other.
const maxClients = 4096

// clients is who is waited for, the longest at next once there are as many as may be.
type clients struct {
	ring []*conversation
	next int
}

// await begins to wait for the rest of a QUIC hello, and gives up who waited longest where there is no room.
func (w *Watch) await(c *conversation) {
	c.client = new(quic.Client)
	w.quic.Watch(c.client)
	if len(w.clients.ring) < maxClients {
		c.place = len(w.clients.ring)
		w.clients.ring = append(w.clients.ring, c)
		return
	}
	c.place = w.clients.next
	if oldest := w.clients.ring[c.place]; oldest != nil {
		w.lost++
		w.settle(oldest)
	}
	w.clients.ring[c.place] = c
	w.clients.next = (c.place + 1) % maxClients
}

// Awaits reports whether part of what may say a name was seen of a flow's client, and the rest must come.
func (w *Watch) Awaits(f *flow.Flow) bool {
	c, ok := f.Words.(*conversation)
	return ok && (c.client != nil || c.up.phase != finished && c.up.stream.Waits())
}

// settle waits no more for a QUIC client: its hello is read, or never will be.
func (w *Watch) settle(c *conversation) {
	if c.client != nil {
		c.client.Close()
		c.client = nil
		w.clients.ring[c.place] = nil
	}
	c.done = true
}
