package names

import (
	"net/netip"

	"abri.example/abri/flow"
	"abri.example/abri/names/dns"
	"abri.example/abri/names/stream"
	"abri.example/abri/packet"
)

// maxCut is how many packets that came in fragments are put together at once. Honest ones are few and short-lived.
const maxCut = 256

// blank stands for the header of a first fragment; TCP's is the longest.
var blank [60]byte

// cutKey tells which fragments belong together (RFC 791, RFC 8200).
type cutKey struct {
	src, dst netip.Addr
	id       uint32
}

// cut is a packet that came in fragments. The offsets stand for sequence numbers.
type cut struct {
	key    cutKey
	bytes  stream.Stream
	header packet.Headers // of the first fragment
	begun  bool           // the first fragment came
	length int            // of the whole, once the last fragment came
}

// fragments are the packets that are being put together, the oldest at next once there are as many as may be.
type fragments struct {
	known map[cutKey]*cut
	ring  []*cut
	next  int
}

// fragment takes a part of a packet, and the whole one where it is the part that lacked. A flow splits its hello so
// that those who look at single packets don't see it.
func (w *Watch) fragment(f *flow.Flow, h *packet.Headers) {
	c := w.cut(cutKey{h.Src, h.Dst, h.FragmentID})
	if !h.Fragment {
		c.begun, c.header = true, *h
		w.beginning(f, h)
		c.bytes.Add(0, blank[:min(h.FragmentAt, len(blank))]) // its header was read
		c.bytes.Keep(0)
	}
	if !h.MoreFragments {
		c.length = h.FragmentAt + len(h.Payload)
	}
	c.bytes.Add(uint32(h.FragmentAt), h.Payload)
	c.bytes.Keep(0)
	whole := c.bytes.Whole()
	if !c.begun || c.length == 0 || len(whole) < c.length || c.length < c.header.FragmentAt {
		return
	}
	c.header.Payload = whole[c.header.FragmentAt:c.length]
	c.header.MoreFragments = false
	w.whole(f, &c.header)
	c.bytes.Close()
	delete(w.fragments.known, c.key)
}

// beginning takes the first piece of an answer of the DNS: what was asked stands in it, and the rest may never come.
func (w *Watch) beginning(f *flow.Flow, h *packet.Headers) {
	if h.Proto != packet.UDP || !resolves(h.SrcPort) {
		return
	}
	if m, ok := dns.Parse(h.Payload); ok && m.Response {
		w.asked(f, w.conversation(f), h, &m)
	}
}

// cut gives what is known of a packet in fragments.
func (w *Watch) cut(k cutKey) *cut {
	if c := w.fragments.known[k]; c != nil {
		return c
	}
	if w.fragments.known == nil {
		w.fragments.known = make(map[cutKey]*cut, maxCut)
	}
	c := new(cut)
	if len(w.fragments.ring) < maxCut {
		w.fragments.ring = append(w.fragments.ring, c)
	} else {
		c = w.fragments.ring[w.fragments.next]
		w.fragments.next = (w.fragments.next + 1) % maxCut
		if w.fragments.known[c.key] == c {
			delete(w.fragments.known, c.key)
		}
		c.bytes.Close()
	}
	*c = cut{key: k}
	w.pool.Watch(&c.bytes)
	c.bytes.Begin(0)
	w.fragments.known[k] = c
	return c
}
