package flow

import "abri.example/abri/packet"

// stage is the part of its life that a flow is in. Flows of one stage have the same patience, so that each stage is a
// queue in the order of the last sighting, and what is due stands at its front.
type stage uint8

const (
	halfOpen  stage = iota // TCP, handshake not completed
	open                   // TCP
	datagram               // UDP
	other                  // ICMP and the rest
	lingering              // TCP that ended, kept for retransmissions
	stages
)

// current is the stage that the flow's counters put it in. TCP is open when both ends spoke and the client
// acknowledged: a flood with forged sources never gets there.
func (f *Flow) current() stage {
	switch f.Proto {
	case packet.TCP:
		switch {
		case f.Ended:
			return lingering
		case f.Down.Flags != 0 && f.Up.Flags.Has(packet.ACK):
			return open
		}
		return halfOpen
	case packet.UDP:
		return datagram
	}
	return other
}

// queue is a list of flows, the least recently seen at its front.
type queue struct {
	front, back *Flow
}

func (q *queue) push(f *Flow) {
	f.prev, f.next = q.back, nil
	if q.back == nil {
		q.front = f
	} else {
		q.back.next = f
	}
	q.back = f
}

func (q *queue) remove(f *Flow) {
	if f.prev == nil {
		q.front = f.next
	} else {
		f.prev.next = f.next
	}
	if f.next == nil {
		q.back = f.prev
	} else {
		f.next.prev = f.prev
	}
	f.prev, f.next = nil, nil
}
