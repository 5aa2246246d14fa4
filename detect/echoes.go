package detect

import (
	"bytes"
	"net/netip"
	"time"

	"abri.example/abri"
	"abri.example/abri/flow"
	"abri.example/abri/packet"
)

// The bar of echoes: so many replies within echoesTime whose data is not that of the question.
const (
	echoesPairs   = 2048
	echoesReplies = 8
	echoesTime    = 10 * time.Minute
	echoesKept    = 48 // bytes of a question that are compared
	echoesMany    = 4  // questions that may be under way
)

// echoes tells of data that travels in pings. Who replies to an echo sends back what came (RFC 792, RFC 4443); replies
// that carry something else, or that nobody asked for, are a conversation.
type echoes struct {
	pairs *memory[[2]netip.Addr, chat]
}

// chat is what two machines say by pings.
type chat struct {
	questions [echoesMany]echoed // the last ones, in a ring
	asked     int
	strange   tally
	bytes     int
	told      time.Time
}

// echoed is the beginning of a question's data.
type echoed struct {
	data   [echoesKept]byte
	length int
}

func newEchoes() *echoes {
	return &echoes{pairs: newMemory[[2]netip.Addr, chat](echoesPairs, echoesTime)}
}

func (e *echoes) Observe(at time.Time, f *flow.Flow, h *packet.Headers, emit func(abri.Finding)) {
	ask, reply := echoType(h)
	if !ask && !reply || settled(f) || len(h.Payload) < 8 {
		return
	}
	c := e.pairs.touch(at, [2]netip.Addr{f.Client.Addr(), f.Server.Addr()})
	if ask {
		q := &c.questions[c.asked%echoesMany]
		q.length = copy(q.data[:], h.Payload)
		c.asked++
		return
	}
	if c.asked == 0 || c.answers(h.Payload) { // of replies alone, the questions went another way
		return
	}
	c.bytes += h.DataLength
	if c.strange.add(at, echoesTime) >= echoesReplies && due(at, &c.told) {
		emit(f.FindingOf(abri.Tunnel, at, because(abri.Tunnel, "replies", c.strange.n, "bytes", c.bytes, "by", "icmp")))
	}
}

// answers reports whether a reply carries the data of one of the last questions. It may be cut short.
func (c *chat) answers(data []byte) bool {
	for i := range min(c.asked, echoesMany) {
		q := &c.questions[i]
		if n := min(q.length, len(data)); bytes.Equal(data[:n], q.data[:n]) {
			return true
		}
	}
	return false
}

func (*echoes) End(time.Time, *flow.Flow, func(abri.Finding)) {}

// echoType tells echo requests and replies.
func echoType(h *packet.Headers) (ask, reply bool) {
	switch {
	case h.Fragment:
	case h.Proto == packet.ICMP:
		return h.ICMPType == 8, h.ICMPType == 0
	case h.Proto == packet.ICMPv6:
		return h.ICMPType == 128, h.ICMPType == 129
	}
	return false, false
}
