package detect

import (
	"bytes"
	"net/netip"
	"time"

	"abri.example/abri"
	"abri.example/abri/flow"
	"abri.example/abri/names/tls"
	"abri.example/abri/packet"
)

// The bars of slow, which a connection to a web or mail server must meet before it is counted at all. The reasons are in
// docs/detection.md.
const (
	slowMost   = 16_384
	slowAge    = 5 * time.Second // after which a request is whole, and its answer is being read;
	slowHead   = 3 * time.Second // and the head of one in the clear, of two segments at most, though one was lost twice;
	slowBegun  = time.Second     // though one was lost once, which does not befall slowOne of a source together
	slowRate   = 200             // bytes a second: a sixth of a modem's
	slowRead   = 64 << 10        // of an answer; who read so much and then pauses watches a film
	slowSilent = time.Minute     // after which nothing is known of a connection any more
	slowSweep  = time.Second / 4 // from one look at all to the next
	slowTurns  = 3               // answers within TLS: handshake, tickets, and one to a whole request
)

// slow tells of those who keep a server busy by connections that are old and get nowhere: requests that never end
// (Slowloris, R-U-Dead-Yet) and answers that nobody reads. Each connection is told of once, to be ended; who holds many is
// to get no other.
type slow struct {
	connections *memory[ends, progress]
	swept       time.Time
}

// progress is how far the last request of a connection came, and its answer.
type progress struct {
	asked    asking
	shut     shutting
	awaits   [2]uint32 // what client and server await next
	answers  int       // turns of the server
	sealed   bool      // TLS
	switched bool      // to another protocol (RFC 9110 §15.2.2): a WebSocket, in which nothing awaits an answer
	down     uint64    // bytes that came from the server
	seen     time.Time
	at       abri.Finding
	told     bool
	answered bool // the last word was the server's
}

// asking is a request under way: what the client said since the server last said something.
type asking struct {
	since, last   time.Time
	pieces, bytes int
	whole         bool // the head of a request in the clear ended
}

// shutting is an answer that is not read: since when the client's window was shut, and what it had acknowledged then.
type shutting struct {
	since time.Time
	ack   uint32
	now   bool
}

func newSlow() *slow { return &slow{connections: newMemory[ends, progress](slowMost, slowSilent)} }

func (s *slow) Observe(at time.Time, f *flow.Flow, h *packet.Headers, emit func(abri.Finding)) {
	if f.Proto != packet.TCP || f.Service != abri.Web && f.Service != abri.Mail || !f.Answered() || settled(f) {
		return
	}
	k := endsOf(f)
	switch up := fromClient(f, h); {
	case h.Flags&(packet.FIN|packet.RST) != 0:
		s.connections.drop(k)
	case up && h.Flags&packet.SYN == 0:
		s.connections.touch(at, k).ask(at, f, h)
	case !up && h.DataLength > 0:
		s.connections.touch(at, k).answer(at, f, h)
	}
	if at.Sub(s.swept).Abs() >= slowSweep {
		s.sweep(at, emit)
	}
}

// Tick looks at what waits when nothing crosses.
func (s *slow) Tick(at time.Time, emit func(abri.Finding)) { s.sweep(at, emit) }

func (s *slow) End(_ time.Time, f *flow.Flow, _ func(abri.Finding)) {
	s.connections.drop(endsOf(f))
}

// ask takes a packet of the client.
func (p *progress) ask(at time.Time, f *flow.Flow, h *packet.Headers) {
	next := h.Seq + uint32(h.DataLength)
	fresh := h.DataLength > 0 && (p.awaits[1] == 0 || int32(next-p.awaits[1]) > 0) // what is sent again is no more of it
	if p.awaits[1] == 0 || int32(next-p.awaits[1]) > 0 {
		p.awaits[1] = next
	}
	p.awaits[0] = h.Ack
	p.note(at, f)
	if fresh {
		p.word(at, f, h)
	}
	if p.answers > 0 {
		p.shut.window(at, h)
	}
}

// word takes new data of the client.
func (p *progress) word(at time.Time, f *flow.Flow, h *packet.Headers) {
	if p.asked.since.IsZero() || p.answered {
		if f.Up.Bytes <= 2*uint64(h.Length) && len(h.Payload) > 0 {
			p.sealed = p.sealed || h.Payload[0] == tls.Handshake
		}
		p.asked, p.answered = asking{since: at}, false
	}
	a := &p.asked
	a.last = at
	a.pieces++
	a.bytes += h.DataLength
	a.whole = a.whole || bytes.Contains(h.Payload, []byte("\r\n\r\n")) || bytes.Contains(h.Payload, []byte("\n\n")) ||
		a.pieces > 1 && bytes.Equal(h.Payload, []byte("\r\n"))
}

// answer takes data of the server.
func (p *progress) answer(at time.Time, f *flow.Flow, h *packet.Headers) {
	if !p.answered {
		p.answers++
		p.switched = p.switched || bytes.HasPrefix(h.Payload, []byte("HTTP/1.1 101 "))
	}
	p.answered = true
	p.note(at, f)
}

func (p *progress) note(at time.Time, f *flow.Flow) {
	p.seen, p.down = at, f.Down.Bytes
	if p.at.Kind == "" {
		p.at = f.FindingOf(abri.SlowDoS, at, abri.Why{})
		p.at.Ends, p.at.Narrow = [2]netip.AddrPort{f.Client, f.Server}, true
	}
}

// window takes what the client says that it has room for. A shut window needs no scale (RFC 7323 §2.2) to be known.
func (s *shutting) window(at time.Time, h *packet.Headers) {
	s.now = h.Window == 0
	if s.now && s.since.IsZero() {
		s.since, s.ack = at, h.Ack
	}
	if !s.now && !s.since.IsZero() && (h.Ack-s.ack >= slowRate*uint32(slowAge/time.Second) || at.Sub(s.since) < slowAge) {
		*s = shutting{} // it reads
	}
}

// isSlow reports whether a connection is old and gets nowhere.
func (p *progress) isSlow(at time.Time) bool {
	if at.Sub(p.seen) > slowSilent || p.switched {
		return false
	}
	if s := &p.shut; s.now && at.Sub(s.since) >= slowAge && p.down < slowRead && float64(p.awaits[0]-s.ack) < slowRate*at.Sub(s.since).Seconds() {
		return true
	}
	a := &p.asked
	if a.since.IsZero() || p.answered || p.sealed && p.answers >= slowTurns || float64(a.bytes) >= slowRate*at.Sub(a.since).Seconds() {
		return false
	}
	if p.heads() {
		return at.Sub(a.since) >= slowHead
	}
	return a.pieces > 1 && a.last.Sub(a.since) >= slowAge // one word that is not answered waits for news (RFC 6202)
}

// heads reports whether the head of a request in the clear is under way.
func (p *progress) heads() bool {
	a := &p.asked
	return p.at.Service == abri.Web && !p.sealed && !p.switched && !p.answered && !a.since.IsZero() && !a.whole
}

// isBegun reports whether it is so for longer than a lost segment explains, where so many do it at once.
func (p *progress) isBegun(at time.Time) bool {
	return p.heads() && at.Sub(p.seen) <= slowSilent && at.Sub(p.asked.since) >= slowBegun
}
