// Package telephone follows telephony over SIP: conversations → messages → attempts and calls.
//
// A Line sees each packet of a flow after its table took it in, over UDP and TCP, on whatever port SIP is spoken. It
// tells each message in its place: which call it belongs to, and what it changed of it. It learns who the operator is,
// which telephones there are, and what is usual here: hours and countries. Of a call it keeps who was called (country
// and shortened number), when and for how long; no voice, no text, no whole number. What is enciphered (TLS) is known by
// its peers and volume only.
//
// Every table is bounded, and what is full forgets the oldest. Time is an argument; no clock, disk or network. Imports:
// the root, flow, packet, names/stream and the rooms beneath.
package telephone

import (
	"net/netip"
	"time"

	"abri.example/abri/flow"
	"abri.example/abri/names/stream"
	"abri.example/abri/packet"
	"abri.example/abri/telephone/sip"
)

// Options says how a Line works. The zero value is a sound one.
type Options struct {
	Location *time.Location          // whose hours open and close; UTC when nil
	Country  func(netip.Addr) string // where an address is (ISO 3166), "" when nobody knows; nil knows none
	Memory   int                     // bytes of TCP that may wait for the rest of their message; 0 is 8 MB
}

// Line is the telephone line of a site. It is not safe for concurrent use.
type Line struct {
	Operators  Operators  // who carries the site's calls
	Habits     Habits     // what is usual here
	Extensions Extensions // which telephones there are
	Secure     Secure     // who speaks SIP over TLS
	Doors      Doors      // where it is spoken elsewhere than on the usual ports

	voices   voices
	pool     *stream.Pool
	streams  map[*flow.Flow]*streams
	calls    table[callKey, Call]
	attempts attempts
	message  sip.Message
	heard    Heard
}

// How many of each are remembered: calls under way, attempts not yet settled. Beyond, the oldest are let go.
const (
	mostCalls    = 4096
	mostAttempts = 8192
	memory       = 8 << 20
)

// New gives a Line that has learnt nothing.
func New(o Options) *Line {
	if o.Memory <= 0 {
		o.Memory = memory
	}
	if o.Location == nil {
		o.Location = time.UTC
	}
	if o.Country == nil {
		o.Country = func(netip.Addr) string { return "" }
	}
	return &Line{
		Habits:     Habits{location: o.Location},
		pool:       stream.NewPool(o.Memory),
		Extensions: Extensions{country: o.Country, known: table[extensionKey, Extension]{max: mostExtensions}},
		streams:    map[*flow.Flow]*streams{},
		calls:      table[callKey, Call]{max: mostCalls},
	}
}

// Heard is one message in its place. It holds until the function that is given it returns.
type Heard struct {
	At       time.Time
	Flow     *flow.Flow
	Source   netip.AddrPort // of the packet
	Target   netip.AddrPort
	Outward  bool // it goes from inside to outside
	Message  *sip.Message
	Call     *Call // that it belongs to, nil when it belongs to none
	News     News  // what it changed of the call
	Datagram bool  // it came by UDP
}

// Observe takes a packet of a flow that passed at the given time, and gives heard each message that it completes. Nothing
// of h is kept.
func (l *Line) Observe(at time.Time, f *flow.Flow, h *packet.Headers, heard func(*Heard)) {
	if h.Fragment {
		return // the head of a message stands in the first fragment
	}
	switch h.Proto {
	case packet.UDP:
		if len(h.Payload) > 0 && 'A' <= h.Payload[0] && h.Payload[0] <= 'Z' && sip.Begins(h.Payload) {
			f.Open = true
			l.hear(at, f, h, h.Payload, heard)
		} else {
			l.voices.see(f, h)
		}
	case packet.TCP:
		l.Secure.see(at, f)
		l.segment(at, f, h, heard)
	}
}

// hear follows one message.
func (l *Line) hear(at time.Time, f *flow.Flow, h *packet.Headers, data []byte, heard func(*Heard)) {
	if !l.message.Parse(data) {
		return
	}
	l.heard = Heard{
		At: at, Flow: f, Message: &l.message, Outward: h.Src == f.Inside, Datagram: h.Proto == packet.UDP,
		Source: netip.AddrPortFrom(h.Src, h.SrcPort), Target: netip.AddrPortFrom(h.Dst, h.DstPort),
	}
	l.attempts.follow(&l.heard)
	l.follow(&l.heard)
	l.learn(&l.heard)
	heard(&l.heard)
}

// End forgets a flow that its table ended.
func (l *Line) End(f *flow.Flow) {
	l.Secure.end(f)
	l.hush(f)
	if s, ok := l.streams[f]; ok {
		s.up.Close()
		s.down.Close()
		delete(l.streams, f)
	}
}

// Tick settles what is due: each attempt that has come to its end, and each call that ended without a word.
func (l *Line) Tick(now time.Time, settled func(*Attempt), ended func(*Call)) {
	l.attempts.settle(now, settled)
	l.heardUntil()
	l.calls.each(func(k callKey, c *Call) {
		if !c.stale(now) {
			return
		}
		if c.End.IsZero() {
			c.end(c.lastSign())
			ended(c)
		}
		l.calls.remove(k)
	})
}

// Calls gives each call under way.
func (l *Line) Calls(yield func(*Call)) {
	l.calls.each(func(_ callKey, c *Call) { yield(c) })
}
