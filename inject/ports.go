// Package inject says packets in the name of an end of a conversation, out of the ports of the box: resets, answers to who
// asked for what is stopped. Each leaves by the port behind which its receiver is, with the card of the other end as its
// sender, as if it had crossed the box; the bridge, its table of cards and the gate don't see it.
//
// Its borders: it composes (Packet) and sends (Ports), and decides nothing: into which conversation, and how many, is the
// keeper's to check. It imports the root only.
package inject

import (
	"fmt"
	"sync"

	"golang.org/x/sys/unix"

	"abri.example/abri"
)

// Ports are the box's ports, open for sending whole frames. Safe for concurrent use.
type Ports struct {
	mu      sync.RWMutex
	sockets map[abri.Side]int
}

// Open opens the ports by their ifindex; 0 is none. It takes CAP_NET_RAW; sending takes nothing. CodeUnavailable when the
// kernel refuses.
func Open(outside, inside int) (*Ports, error) {
	p := &Ports{sockets: map[abri.Side]int{}}
	for side, index := range map[abri.Side]int{abri.Outside: outside, abri.Inside: inside} {
		if index == 0 {
			continue
		}
		fd, err := open(index)
		if err != nil {
			p.Close()
			return nil, &abri.Error{Code: abri.CodeUnavailable, Place: fmt.Sprintf("interface %d", index), What: "nothing can be said out of this port", Remedy: "run as root, or with CAP_NET_RAW", Err: err}
		}
		p.sockets[side] = fd
	}
	return p, nil
}

// open makes a packet socket (packet(7)) that receives nothing: its protocol is none. What it sends goes to the card
// directly, past the queue and with it past the gate's own hook, which would take a reset for a packet of the
// conversation that it stops.
func open(index int) (int, error) {
	fd, err := unix.Socket(unix.AF_PACKET, unix.SOCK_RAW|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, 0)
	if err != nil {
		return 0, err
	}
	err = unix.SetsockoptInt(fd, unix.SOL_PACKET, unix.PACKET_QDISC_BYPASS, 1)
	if err == nil {
		err = unix.Bind(fd, &unix.SockaddrLinklayer{Ifindex: index})
	}
	if err != nil {
		unix.Close(fd)
		return 0, err
	}
	return fd, nil
}

// Send puts one frame on the wire by the port of a side. A card whose queue is full loses it, as it loses others.
// CodeNotFound when there is no such port, CodeUnavailable when it does not take the frame.
func (p *Ports) Send(side abri.Side, frame []byte) error {
	p.mu.RLock()
	defer p.mu.RUnlock()
	fd, ok := p.sockets[side]
	if !ok {
		return &abri.Error{Code: abri.CodeNotFound, Place: side.String(), What: "no such port to send by"}
	}
	if _, err := unix.Write(fd, frame); err != nil {
		return &abri.Error{Code: abri.CodeUnavailable, Place: side.String(), What: "the port takes no frame", Err: err}
	}
	return nil
}

// Close closes the ports. Nothing is sent after it.
func (p *Ports) Close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for side, fd := range p.sockets {
		unix.Close(fd)
		delete(p.sockets, side)
	}
}
