package abri

import "time"

// Mode says whether the box acts or only watches.
type Mode string

// Observe is the mode of a new box: everything passes, and what would have been stopped is told. Protect drops.
const (
	Observe Mode = "observe"
	Protect Mode = "protect"
)

// Valid reports whether m is Observe or Protect.
func (m Mode) Valid() bool { return m == Observe || m == Protect }

// Action is what is done with a packet, a flow or an address.
type Action string

// The actions, from the mildest. ActObserve is watch-only: it would have blocked. ActBlock is for this packet or flow,
// ActBan for an address, until a time.
const (
	ActPass    Action = "pass"
	ActObserve Action = "observe"
	ActBlock   Action = "block"
	ActBan     Action = "ban"
)

// Verdict is what policy decided, and why. Until is the end of a ban and zero otherwise.
type Verdict struct {
	Action Action
	Until  time.Time
	Why    Why
}
