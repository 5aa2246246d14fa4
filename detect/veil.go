package detect

import (
	"abri.example/abri/flow"
	"abri.example/abri/names/tls"
	"abri.example/abri/packet"
)

// veil is one session within TLS, as far as it shows: how long its hello was, which is the same for one program, and how much
// either end said.
type veil struct {
	hello    uint16
	up, down utterance
}

// utterance is how much one end says, by TCP's numbers: so what is sent again or acknowledged does not count, nor how it is
// cut into packets. Alerts are left out: some ends say good-bye, and some don't always.
type utterance struct {
	first, next uint32 // the number of the first byte, and of the one behind the last
	head        uint32 // bytes of a packet's heads
	begun       bool
}

// mostAlert is how many bytes a packet has that is no more than an alert.
const mostAlert = 31

// beginsTLS reports whether data begins with the hello of a client.
func beginsTLS(data []byte) bool {
	return len(data) > 5 && data[0] == tls.Handshake && data[1] == 3 && data[5] == 1
}

// hear takes a packet's data.
func (u *utterance) hear(h *packet.Headers, data []byte) {
	size := uint32(h.DataLength)
	if size <= mostAlert && (data[0] == tls.Alert || data[0] == tls.Application) {
		return
	}
	if !u.begun {
		u.begun, u.first, u.next = true, h.Seq, h.Seq
	}
	if end := h.Seq + size; int32(end-u.next) > 0 {
		u.next = end
	}
	u.head = uint32(max(h.Length-h.DataLength, 0))
}

// bytes is how much was said; of more than a link shows, as the flow counted it.
func (u *utterance) bytes(c *flow.Counter) uint64 {
	said := uint64(u.next - u.first)
	if said < flow.ShownFirst*3/4 {
		return said
	}
	return max(said, c.Bytes-min(c.Bytes, c.Packets*uint64(u.head)))
}
