package testnet

import (
	"sync"
	"time"
)

// queued is how many frames are on their way in one direction of a line; more are lost, as on any line.
const queued = 16384

// Line is a Cable on which each frame takes at least this long from one end to the other; 0 is a Cable. It is not the
// kernel's netem, which few kernels have, but two goroutines that hold each frame back: on a busy machine frames come
// later, and never sooner.
func (n *Net) Line(a, b *Host, portA, portB string, delay time.Duration) {
	if delay == 0 {
		n.Cable(a, b, portA, portB)
		return
	}
	line := n.Host("line-" + portA)
	n.Cable(a, line, portA, "left")
	n.Cable(line, b, "right", portB)
	left, err := line.Tap("left")
	n.must(err, "the left end of a line")
	right, err := line.Tap("right")
	n.must(err, "the right end of a line")
	go carry(left, right, delay)
	go carry(right, left, delay)
}

// late is a frame on its way.
type late struct {
	frame *[maxFrame]byte
	size  int
	due   time.Time
}

var frames = sync.Pool{New: func() any { return new([maxFrame]byte) }}

// carry takes frames from one end to the other until an end is closed.
func carry(from, to *Tap, delay time.Duration) {
	way := make(chan late, queued)
	defer close(way)
	go func() {
		for l := range way {
			time.Sleep(time.Until(l.due))
			_ = to.Send(l.frame[:l.size]) // a port that takes no frame loses it
			frames.Put(l.frame)
		}
	}()
	for {
		b := frames.Get().(*[maxFrame]byte)
		size, err := from.file.Read(b[:])
		if err != nil {
			return
		}
		select {
		case way <- late{b, size, time.Now().Add(delay)}:
		default:
			frames.Put(b)
		}
	}
}
