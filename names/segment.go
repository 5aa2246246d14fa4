package names

import (
	"encoding/binary"
	"net/netip"

	"abri.example/abri/flow"
	"abri.example/abri/names/dns"
	"abri.example/abri/names/stream"
	"abri.example/abri/packet"
)

// segment takes a packet of TCP.
func (w *Watch) segment(f *flow.Flow, h *packet.Headers) {
	syn := h.Flags.Has(packet.SYN)
	if len(h.Payload) == 0 && (!syn || remembers(f, h)) {
		return
	}
	c := w.conversation(f)
	d, fromClient := &c.down, netip.AddrPortFrom(h.Src, h.SrcPort) == f.Client
	if fromClient {
		d = &c.up
	}
	seq := h.Seq
	if syn {
		seq++ // a SYN takes a number (RFC 9293, section 3.4)
		c.begin(d, seq, h)
	}
	if d.phase == finished {
		return
	}
	if d.phase == opening && d.used == 0 && isDNS(h) {
		d.phase = questions
	}
	view := d.stream.Add(seq, h.Payload)
	if view == nil {
		return
	}
	used := w.read(f, c, d, h, view, fromClient)
	if h.DataLength > len(h.Payload) && used < len(view) && d.phase != questions && w.tls.ReadCut(view[used:]) == stream.Whole {
		w.hello(f, c, TLS, h) // the rest of it is in no capture
		d.phase = finished
	}
	if d.phase == finished || d.used >= Reach && !w.further(d) {
		d.phase = finished
		d.stream.Close()
		return
	}
	d.stream.Keep(used)
}

// remembers reports whether a SYN is the one that the flow itself remembers, so that a flood of them fills nothing here.
func remembers(f *flow.Flow, h *packet.Headers) bool {
	seq, opened := f.Opened()
	return f.Words == nil && opened && seq == h.Seq && !h.Flags.Has(packet.ACK)
}

// further reports whether a direction is looked at beyond Reach.
func (w *Watch) further(d *direction) bool {
	return d.phase == questions || w.beyond && d.phase == opening
}

// isDNS reports whether either end is a DNS server.
func isDNS(h *packet.Headers) bool { return h.SrcPort == 53 || h.DstPort == 53 }

// isQuestion reports whether b begins with a whole message of the DNS, on whatever port.
func isQuestion(b []byte) bool {
	if len(b) < 2 || len(b)-2 < int(binary.BigEndian.Uint16(b)) {
		return false
	}
	_, ok := dns.Recognize(b[2 : 2+int(binary.BigEndian.Uint16(b))])
	return ok
}

// read reads messages off the front of what is whole, and says how many bytes are done with.
func (w *Watch) read(f *flow.Flow, c *conversation, d *direction, h *packet.Headers, view []byte, fromClient bool) (used int) {
	for used < len(view) {
		if d.used >= Reach && !w.further(d) {
			return used
		}
		before := d.phase
		w.deep = d.phase != questions && d.used >= Reach
		var n int
		switch d.phase {
		case questions:
			n = w.questions(f, c, h, view[used:])
		case opening:
			n = w.opening(f, c, d, h, view[used:], fromClient)
		case proxied:
			n = proxy(d, view[used:])
		case searching:
			n = w.search(f, c, d, h, view[used:])
		case retried:
			n = w.retry(f, c, d, h, view[used:])
		case finished:
			return used
		}
		used += n
		d.used += n
		if n == 0 && d.phase == before {
			if len(view)-used >= stream.Limit {
				d.phase = finished // no message is so long
			}
			return used
		}
	}
	return used
}

// questions reads the messages of DNS over TCP, each behind its length (RFC 1035, section 4.2.2). Of a long answer only
// the beginning is waited for, of a long question as much as is kept.
func (w *Watch) questions(f *flow.Flow, c *conversation, h *packet.Headers, b []byte) int {
	enough := 12 + 255 + 4 // a header and the longest question
	if len(b) < 5 {
		return 0
	}
	size := int(binary.BigEndian.Uint16(b))
	if asks := b[4]&0x80 == 0; asks {
		enough = stream.Limit - 2
	}
	if len(b)-2 < min(size, enough) {
		return 0
	}
	m, ok := dns.Parse(b[2:min(2+size, len(b))])
	if ok {
		w.asked(f, c, h, &m)
	}
	return 2 + size
}
