package abri

import (
	"net/netip"
	"time"
)

// Departed is the sheet of one attack on its way out, « ce qui est parti »: what its device sent to its destination, hour
// by hour, the oldest first, and what came back. It counts what crossed the box, from a day before the attack was seen to
// its last hour; what was stopped is not in it. An attack whose hours are kept no more, or that never crossed, has none.
type Departed struct {
	Attack Attack
	Hours  []DepartedHour
}

// DepartedHour is what was sent within the hour that begins at Hour to one address, in bytes of IP packets, what came back,
// and in how many conversations.
type DepartedHour struct {
	Hour     time.Time
	Outside  netip.Addr
	Flows    uint64
	Sent     uint64
	Received uint64
}

// Total is all hours together.
func (d Departed) Total() (t DepartedHour) {
	for _, h := range d.Hours {
		t.Flows += h.Flows
		t.Sent += h.Sent
		t.Received += h.Received
	}
	return t
}
