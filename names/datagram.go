package names

import (
	"net/netip"

	"abri.example/abri/flow"
	"abri.example/abri/names/dns"
	"abri.example/abri/names/quic"
	"abri.example/abri/names/stream"
	"abri.example/abri/names/tls"
	"abri.example/abri/packet"
)

// netbios is the port of NetBIOS' service of names, whose messages look like those of the DNS (RFC 1002).
const netbios = 137

// datagram takes a packet of UDP.
func (w *Watch) datagram(f *flow.Flow, h *packet.Headers) {
	switch {
	case resolves(h.SrcPort) || resolves(h.DstPort):
		if m, ok := dns.Parse(h.Payload); ok {
			w.converse(f, h, &m)
		}
	case h.SrcPort == netbios || h.DstPort == netbios: // devices call each other so: their names are no hosts'
	case quic.Begins(h.Payload):
		w.initial(f, h)
	default:
		if part, rest, ok := tls.ReadFragment(h.Payload); ok {
			w.handshake(f, h, part, rest)
			return
		}
		if m, ok := dns.Recognize(h.Payload); ok {
			w.converse(f, h, &m)
			return
		}
		w.tunnel(f, h)
	}
}

// converse takes a message of the DNS, which may be answered where it asks.
func (w *Watch) converse(f *flow.Flow, h *packet.Headers, m *dns.Message) {
	if !m.Response && w.tunnels.outer == nil {
		w.message = h.Payload
	}
	w.asked(f, w.conversation(f), h, m)
	w.message = nil
}

// handshake takes the parts of a DTLS client's hello. Their offsets stand for sequence numbers.
func (w *Watch) handshake(f *flow.Flow, h *packet.Headers, part tls.Fragment, rest []byte) {
	c := w.conversation(f)
	for ok := true; ok && !c.done; part, rest, ok = tls.ReadFragment(rest) {
		hello := part.Data
		if len(hello) < part.Length {
			if !c.begun || c.up.first != uint32(part.Message) {
				c.begun, c.up.first = true, uint32(part.Message)
				c.up.stream.Begin(0)
			}
			hello = c.up.stream.Add(uint32(part.Offset), part.Data)
			c.up.stream.Keep(0)
		}
		if len(hello) == part.Length && w.tls.Hello.ParseDatagram(hello) {
			w.hello(f, c, TLS, h)
			c.done = true
			c.up.stream.Close()
		}
	}
}

// resolves reports whether a port is one of the DNS: 53, of mDNS (RFC 6762), or of LLMNR (RFC 4795).
func resolves(port uint16) bool { return port == 53 || port == 5353 || port == 5355 }

// asked tells the names that a message of the DNS asks for. A reply repeats its question, which tells it where the
// question itself was not seen.
func (w *Watch) asked(f *flow.Flow, c *conversation, h *packet.Headers, m *dns.Message) {
	client, server := ends(h, m.Response)
	for q, ok := m.Next(w.question); ok; q, ok = m.Next(w.question) {
		w.records = q.Type
		w.tell(f, c, DNS, client, server, q.Name, nil)
	}
	w.records = 0
}

// initial takes a datagram that may hold part of a QUIC client's hello.
func (w *Watch) initial(f *flow.Flow, h *packet.Headers) {
	c := w.conversation(f)
	whom := quic.Destination(h.Payload)
	again := c.done && whom != c.whom && netip.AddrPortFrom(h.Src, h.SrcPort) == f.Client
	if c.done && !again {
		return
	}
	if c.client == nil {
		w.await(c)
	}
	crypto, hopeless := w.quic.Datagram(c.client, h.Payload)
	switch {
	case again && !c.client.Opened(): // the client calls the server by the name that it gave itself
		hopeless = true
	case again: // another conversation on the same ports
		c.done, c.whom, c.told = false, whom, [len(c.told)]uint32{}
	case !c.begun:
		c.begun, c.whom = true, whom
	}
	state := stream.More
	if len(crypto) > 0 {
		state = w.tls.ReadMessage(crypto)
	}
	if state == stream.Whole {
		w.hello(f, c, QUIC, h)
	}
	if hopeless || state != stream.More {
		w.settle(c)
	}
}
