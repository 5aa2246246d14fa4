package detect

import (
	"time"

	"abri.example/abri"
	"abri.example/abri/flow"
	"abri.example/abri/hypertext"
	"abri.example/abri/names/tls"
	"abri.example/abri/packet"
)

const (
	exchangeTalks = 4096             // conversations of which what was said is put together
	exchangeWait  = 10 * time.Minute // of silence
	exchangeBytes = 8 << 20          // that wait for the rest of their message, in all of them
)

// exchanges reads HTTP once for all detectors that want it put together: each request and answer, as a server and a client
// would read them. It finds nothing by itself.
type exchanges struct {
	pool  *hypertext.Pool
	talks *memory[ends, *hypertext.Talk]
	free  []*hypertext.Talk
	ears  []ear
	said  hypertext.Message
}

// ear is a detector that is told of each part of a message that became whole. It must not keep m.
type ear interface {
	hear(at time.Time, f *flow.Flow, m *hypertext.Message, emit func(abri.Finding))
}

func newExchanges(ears ...ear) *exchanges {
	e := &exchanges{pool: hypertext.NewPool(exchangeBytes), talks: newMemory[ends, *hypertext.Talk](exchangeTalks, exchangeWait), ears: ears}
	e.talks.leaves = func(t *hypertext.Talk) {
		t.Close()
		e.free = append(e.free, t)
	}
	return e
}

func (e *exchanges) Observe(at time.Time, f *flow.Flow, h *packet.Headers, emit func(abri.Finding)) {
	if f.Proto != packet.TCP || len(h.Payload) == 0 || settled(f) {
		return
	}
	up := fromClient(f, h)
	data := reading(f, h)
	if data == nil {
		return
	}
	t := e.talk(at, f, h, up)
	switch {
	case t == nil:
		return
	case up:
		t.Ask(h.Seq, h.Ack, data, h.DataLength)
	case !t.Speaks():
		return
	default:
		if t.Missed(h.Ack) {
			e.tell(at, f, t, emit)
		}
		t.Answer(h.Seq, data, h.DataLength)
	}
	e.tell(at, f, t, emit)
}

// End reads what never became whole.
func (e *exchanges) End(_ time.Time, f *flow.Flow, emit func(abri.Finding)) {
	key := endsOf(f)
	t := e.talks.find(key)
	if t == nil || f.Proto != packet.TCP {
		return
	}
	if !settled(f) {
		(*t).Stop()
		e.tell(f.Last, f, *t, emit)
	}
	e.talks.drop(key)
}

// tell gives what became whole to all who listen.
func (e *exchanges) tell(at time.Time, f *flow.Flow, t *hypertext.Talk, emit func(abri.Finding)) {
	for t.Next(&e.said) {
		for _, l := range e.ears {
			l.hear(at, f, &e.said, emit)
		}
	}
}

// talk gives what is known of a conversation; nil before the client spoke, and of what begins with TLS.
func (e *exchanges) talk(at time.Time, f *flow.Flow, h *packet.Headers, up bool) *hypertext.Talk {
	key := endsOf(f)
	known := e.talks.find(key)
	opened, seen := f.Opened()
	first := opened + 1 // a SYN takes a number (RFC 9293, section 3.4)
	switch {
	case known == nil && (!up || seen && f.Port == tlsPort && h.Seq != first || h.Payload[0] == tls.Handshake):
		return nil
	case known != nil && (!up || !(*known).Speaks()):
		return *known
	}
	t := e.talks.touch(at, key)
	if *t == nil {
		*t = e.spare()
		e.pool.Watch(*t)
		if seen && h.Seq-first < flow.ShownLogin { // else it is no beginning of this
			(*t).Begin(first)
		}
	}
	return *t
}

// tlsPort is that of HTTP within TLS: there a conversation is followed from its first byte on, or not at all.
const tlsPort = 443

// spare gives a Talk that is not in use.
func (e *exchanges) spare() *hypertext.Talk {
	last := len(e.free) - 1
	if last < 0 {
		return new(hypertext.Talk)
	}
	t := e.free[last]
	e.free = e.free[:last]
	return t
}
