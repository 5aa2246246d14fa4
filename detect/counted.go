package detect

import (
	"net/netip"
	"time"

	"abri.example/abri"
	"abri.example/abri/flow"
)

// Counted is a Detector that goes by how much a conversation carries, and not by what. A link tells it every few seconds,
// from the counters of the gate, and a capture with each packet: so what goes on for hours is seen before it ends.
type Counted interface {
	// Count is told of the bytes that a conversation carried since it was last told: up by the client, down by the server.
	Count(at time.Time, f *flow.Flow, up, down uint64, emit func(abri.Finding))
}

// Departure is what a device sent to an address outside within the hour that begins at Hour, in bytes, and what came back.
type Departure struct {
	Hour            time.Time
	Device, Outside netip.Addr
	Sent, Received  uint64
}

// Recall tells detectors what left before a restart, in the order of hours, so that nobody is a stranger to them who was
// here for a week.
func Recall(detectors []Detector, past []Departure) {
	for _, d := range detectors {
		if r, ok := d.(interface{ Recall(Departure) }); ok {
			for _, p := range past {
				r.Recall(p)
			}
		}
	}
}
