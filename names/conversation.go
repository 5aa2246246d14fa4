package names

import (
	"hash/maphash"

	"abri.example/abri/names/quic"
	"abri.example/abri/names/stream"
	"abri.example/abri/packet"
)

// conversation is what is remembered of a flow.
type conversation struct {
	up, down direction
	client   *quic.Client // while it is waited for
	place    int          // of the client among those waited for
	begun    bool         // QUIC, DTLS: a part of a hello came
	done     bool         // likewise: the hello was read, or never will be
	whom     uint64       // QUIC: what the client called the server at the beginning
	agreed   bool         // TCP: the server said which number the client's bytes begin with
	told     [16]uint32
	tellings int
	next     *conversation
}

// direction is one end's bytes of a TCP conversation.
type direction struct {
	stream stream.Stream
	phase  phase
	first  uint32 // sequence number of the first byte, once a SYN was seen; of DTLS, which hello is put together
	used   int    // bytes read so far
}

// phase is what is looked for in a direction.
type phase uint8

const (
	opening   phase = iota // the first words: TLS, HTTP, SOCKS, or none
	proxied                // what follows the greeting of SOCKS 5
	searching              // a hello that begins anywhere
	retried                // a second hello, which the server may ask for
	questions              // DNS
	finished               // nothing any more
)

// seed makes it impossible to prepare names that are taken for one another.
var seed = maphash.MakeSeed()

// begin takes the SYN of a direction, whose first byte has the given number. What the server acknowledges is believed
// rather than a client's SYN: one that never reaches the server would else make us look for the hello in the wrong place.
func (c *conversation) begin(d *direction, seq uint32, h *packet.Headers) {
	reply := h.Flags.Has(packet.ACK)
	if d.used == 0 && (reply || !c.agreed) {
		d.begin(seq)
	}
	if !reply {
		return
	}
	c.agreed = true
	other := &c.up
	if d == other {
		other = &c.down
	}
	if ahead := h.Ack - other.first; other.used == 0 && ahead > stream.Limit { // less: bytes came with the SYN (RFC 7413)
		other.begin(h.Ack)
	}
}

func (d *direction) begin(seq uint32) {
	d.stream.Begin(seq)
	d.first, d.phase = seq, opening
}

// tells reports whether a name was not told yet in this conversation, and remembers the last ones. The port of who asks
// tells apart those who ask through one tunnel.
func (c *conversation) tells(p Proto, port uint16, name []byte) bool {
	sum := uint32(maphash.Bytes(seed, name)) ^ uint32(port)<<8 ^ uint32(len(p))<<1 | 1
	for _, t := range c.told {
		if t == sum {
			return false
		}
	}
	c.told[c.tellings%len(c.told)] = sum
	c.tellings++
	return true
}
