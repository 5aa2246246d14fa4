package detect

import (
	"abri.example/abri/flow"
	"abri.example/abri/packet"
)

// reading gives the data of a packet as far as a link would show it, so that a capture shows no more. It is nil when
// there is none.
func reading(f *flow.Flow, h *packet.Headers) []byte {
	if len(h.Payload) == 0 || h.Fragment || !f.Readable(h) {
		return nil
	}
	return h.Payload
}
