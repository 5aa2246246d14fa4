// Package names reads which names conversations ask for: conversations → names.
//
// A Watch sees each packet of a flow after its table took it in, and tells each name once a conversation: of DNS
// questions, of the hellos of TLS and QUIC with their fingerprints, and of HTTP requests. The rooms beneath read one
// protocol each; here is only who reads what, and when to stop.
//
// What is looked at is what the gate copies, so that a link and a capture give the same names: the first Reach bytes
// that either end sends, and all of DNS; of a capture the requests after them too, on demand, marked. A hello is found wherever in them it begins, behind STARTTLS, CONNECT, SOCKS or
// the greeting of a database. Memory is bounded by the flow table and by the pool of bytes that wait.
//
// No clock, disk or network; time is an argument. Imports: the root, flow, packet, and the rooms beneath.
package names

import (
	"net/netip"
	"time"

	"abri.example/abri/flow"
	"abri.example/abri/names/quic"
	"abri.example/abri/names/stream"
	"abri.example/abri/names/tls"
	"abri.example/abri/packet"
)

// Reach is how many bytes of each direction of a TCP conversation are looked at for the beginning of a name.
const Reach = 8 << 10

// Options says how a Watch works. The zero value is a sound one.
type Options struct {
	Memory int // bytes that may wait for the rest of their message, in all conversations; 0 is stream.DefaultMax

	// Beyond also tells the requests that stand beyond Reach, as only a capture shows them. They are marked.
	Beyond bool
}

// Watch reads names. It is not safe for concurrent use.
type Watch struct {
	beyond        bool
	pool          *stream.Pool
	quic          *quic.Reader
	tls           tls.Reader
	conversations int // remembered
	free          *conversation
	fragments     fragments
	clients       clients
	lost          uint64 // clients given up for others

	now      time.Time
	deep     bool // what is read stands beyond Reach
	http2    bool // what is read is HTTP/2
	emit     func(*Sighting)
	sighting Sighting
	text     []byte // of the name of the sighting
	question []byte
	message  []byte // that asks, while its questions are told
	records  uint16 // that the question asks for, likewise
	tunnels  tunnels
}

// New gives a Watch.
func New(o Options) *Watch {
	pool := stream.NewPool(o.Memory)
	return &Watch{
		beyond:   o.Beyond,
		pool:     pool,
		quic:     quic.NewReader(pool),
		text:     make([]byte, 0, longestName+4),
		question: make([]byte, 0, 4*longestName),
	}
}

// Lost is how many conversations gave up bytes that waited, because too many did.
func (w *Watch) Lost() uint64 { return w.pool.Lost() + w.lost }

// Observe takes a packet of a flow that passed at the given time, and gives emit each name that it completes. What emit
// is given holds until it returns. Nothing of h is kept.
func (w *Watch) Observe(at time.Time, f *flow.Flow, h *packet.Headers, emit func(*Sighting)) {
	w.now, w.emit = at, emit
	w.take(f, h)
}

// take takes a packet, or a piece of one.
func (w *Watch) take(f *flow.Flow, h *packet.Headers) {
	w.deep = false
	if h.Fragment || h.MoreFragments {
		w.fragment(f, h)
		return
	}
	w.whole(f, h)
}

// whole takes a packet that is in one piece, or was put together.
func (w *Watch) whole(f *flow.Flow, h *packet.Headers) {
	switch h.Proto {
	case packet.TCP:
		w.segment(f, h)
	case packet.UDP:
		w.datagram(f, h)
	default:
		w.tunnel(f, h)
	}
}

// Pending reports whether a packet that was observed is a piece of one that is not whole yet.
func (w *Watch) Pending(h *packet.Headers) bool {
	return (h.Fragment || h.MoreFragments) && w.fragments.known[cutKey{h.Src, h.Dst, h.FragmentID}] != nil
}

// End forgets a flow that its table ended.
func (w *Watch) End(f *flow.Flow) {
	c, ok := f.Words.(*conversation)
	if !ok {
		return
	}
	f.Words = nil
	w.conversations--
	c.up.stream.Close()
	c.down.stream.Close()
	w.settle(c)
	c.next, w.free = w.free, c
}

// conversation gives what is remembered of a flow, new where nothing is.
func (w *Watch) conversation(f *flow.Flow) *conversation {
	c, ok := f.Words.(*conversation)
	if ok {
		return c
	}
	if c = w.free; c != nil {
		w.free = c.next
	} else {
		c = new(conversation)
	}
	*c = conversation{}
	w.pool.Watch(&c.up.stream)
	w.pool.Watch(&c.down.stream)
	if seq, opened := f.Opened(); opened {
		c.up.begin(seq + 1) // a SYN takes a number (RFC 9293, section 3.4)
	}
	f.Words = c
	w.conversations++
	return c
}

// ends are who asks and who is asked, where the sender of the packet asks or, of a reply, was asked.
func ends(h *packet.Headers, reply bool) (client, server netip.AddrPort) {
	client, server = netip.AddrPortFrom(h.Src, h.SrcPort), netip.AddrPortFrom(h.Dst, h.DstPort)
	if reply {
		client, server = server, client
	}
	return client, server
}
