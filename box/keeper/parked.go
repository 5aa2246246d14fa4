package keeper

import (
	"slices"
	"sync"
	"time"

	abri "abri.example/abri"
)

// parked are the packets that the gate held, until the reader rules on them. Whoever it does not rule on in time is sent
// on. Safe for concurrent use.
type parked struct {
	send func(to abri.Side, frame []byte) // on its way, as if it had never been held

	mu     sync.Mutex
	last   uint32
	frames map[uint32]waiting
	late   uint64 // frames that nobody ruled on
}

type waiting struct {
	to    abri.Side // the port that it leaves by
	frame []byte
	fuse  *time.Timer
}

const (
	maxParked  = 4096                   // some 6 MB
	rulingTime = 150 * time.Millisecond // as HOLD_MOST of gate/kernel/hold.h
)

// put parks a copy of a frame that is to leave by a port, and gives its number; 0 when there is no room, and then it is sent on at once.
func (p *parked) put(to abri.Side, frame []byte) uint32 {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.frames) >= maxParked {
		p.late++
		p.send(to, frame)
		return 0
	}
	if p.frames == nil {
		p.frames = map[uint32]waiting{}
	}
	p.last++
	if p.last == 0 {
		p.last = 1
	}
	n := p.last
	p.frames[n] = waiting{to, slices.Clone(frame), time.AfterFunc(rulingTime, func() { p.expire(n) })}
	return n
}

// take gives a frame up to whoever ruled on it; none when nobody is parked under that number.
func (p *parked) take(n uint32) waiting {
	p.mu.Lock()
	defer p.mu.Unlock()
	w, ok := p.frames[n]
	if !ok {
		return waiting{}
	}
	w.fuse.Stop()
	delete(p.frames, n)
	return w
}

// expire sends a frame on that nobody ruled on.
func (p *parked) expire(n uint32) {
	if w := p.take(n); w.frame != nil {
		p.mu.Lock()
		p.late++
		p.mu.Unlock()
		p.send(w.to, w.frame)
	}
}

// leave sends all of them on: there is nobody who will rule.
func (p *parked) leave() {
	p.mu.Lock()
	numbers := make([]uint32, 0, len(p.frames))
	for n := range p.frames {
		numbers = append(numbers, n)
	}
	p.mu.Unlock()
	slices.Sort(numbers)
	for _, n := range numbers {
		p.expire(n)
	}
}

// overdue is how many frames were sent on without a ruling.
func (p *parked) overdue() uint64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.late
}
