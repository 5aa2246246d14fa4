package telephone

import (
	"net/netip"
	"time"

	"abri.example/abri/flow"
	"abri.example/abri/names/stream"
	"abri.example/abri/packet"
	"abri.example/abri/telephone/sip"
)

// streams are the two directions of a TCP conversation that speaks SIP.
type streams struct{ up, down stream.Stream }

// mostStreams bounds the conversations that are put together at once.
const mostStreams = 4096

// segment takes a packet of TCP. A conversation is SIP from the first segment that begins as a message; one that lost
// bytes is taken up again at the next segment that does.
func (l *Line) segment(at time.Time, f *flow.Flow, h *packet.Headers, heard func(*Heard)) {
	if len(h.Payload) == 0 {
		return
	}
	s := l.streams[f]
	if s == nil {
		known := h.SrcPort == Port || h.DstPort == Port
		if len(l.streams) >= mostStreams || !sip.Begins(h.Payload) && !(known && sip.MayBegin(h.Payload)) {
			return
		}
		f.Open = true
		s = new(streams)
		l.pool.Watch(&s.up)
		l.pool.Watch(&s.down)
		l.streams[f] = s
	}
	d := &s.down
	if netip.AddrPortFrom(h.Src, h.SrcPort) == f.Client {
		d = &s.up
	}
	view := d.Add(h.Seq, h.Payload)
	if d.Lost() || len(view) == 0 && sip.Begins(h.Payload) && len(d.Whole()) == 0 {
		if !sip.Begins(h.Payload) {
			return
		}
		d.Begin(h.Seq)
		view = d.Add(h.Seq, h.Payload)
	}
	d.Keep(l.read(at, f, h, view, heard))
}

// read reads the messages at the front of what is whole, and says how many bytes are done with.
func (l *Line) read(at time.Time, f *flow.Flow, h *packet.Headers, view []byte, heard func(*Heard)) (used int) {
	for used < len(view) {
		rest := view[used:]
		n, ok := sip.Size(rest)
		switch {
		case !ok:
			return len(view) // no SIP: whatever it is, it is done with
		case n == 0 || n > len(rest):
			return used
		}
		if rest[0] != '\r' && rest[0] != '\n' {
			l.hear(at, f, h, rest[:n], heard)
		}
		used += n
	}
	return used
}
