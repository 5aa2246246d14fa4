package inject

import (
	"bytes"
	"errors"
	"time"

	"golang.org/x/sys/unix"

	"abri.example/abri"
)

// Loop sends frames by one card and sees which of them come back by another: how a box proves its own filter. It is not
// safe for concurrent use.
type Loop struct{ fd int }

// OpenLoop opens it, hearing nothing yet. It takes CAP_NET_RAW; what follows takes nothing.
func OpenLoop() (*Loop, error) {
	fd, err := unix.Socket(unix.AF_PACKET, unix.SOCK_RAW|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, &abri.Error{Code: abri.CodeUnavailable, What: "no frames of the box's own proof can be sent", Remedy: "run as root, or with CAP_NET_RAW", Err: err}
	}
	return &Loop{fd}, nil
}

// Same tells exactly this frame.
func Same(frame []byte) func([]byte) bool {
	return func(heard []byte) bool { return bytes.Equal(heard, frame) }
}

// Hear listens at a card, by its ifindex, from now on.
func (l *Loop) Hear(index int) error {
	const all = unix.ETH_P_ALL>>8 | unix.ETH_P_ALL&0xff<<8 // in network order
	return unix.Bind(l.fd, &unix.SockaddrLinklayer{Protocol: all, Ifindex: index})
}

// Send puts a frame on a card.
func (l *Loop) Send(index int, frame []byte) error {
	return unix.Sendto(l.fd, frame, 0, &unix.SockaddrLinklayer{Ifindex: index})
}

// Returned waits until the frame that last tells has come back, and gives which of the others came before it; false when it
// has not come after patience. What else is heard is passed over.
func (l *Loop) Returned(last func([]byte) bool, others []func([]byte) bool, patience time.Duration) (came []bool, ok bool) {
	came = make([]bool, len(others))
	buf := make([]byte, 2048)
	for until := time.Now().Add(patience); ; {
		left := time.Until(until)
		if left <= 0 {
			return came, false
		}
		frame, err := l.next(buf, left)
		if err != nil {
			return came, false
		}
		if last(frame) {
			return came, true
		}
		for i, o := range others {
			came[i] = came[i] || o(frame)
		}
	}
}

// next is the next frame that came in; of those that went out it is nil.
func (l *Loop) next(buf []byte, patience time.Duration) ([]byte, error) {
	wait := unix.NsecToTimeval(max(patience, time.Millisecond).Nanoseconds())
	if err := unix.SetsockoptTimeval(l.fd, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &wait); err != nil {
		return nil, err
	}
	n, from, err := unix.Recvfrom(l.fd, buf, 0)
	if errors.Is(err, unix.EINTR) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if at, ok := from.(*unix.SockaddrLinklayer); ok && at.Pkttype == unix.PACKET_OUTGOING {
		return nil, nil
	}
	return buf[:n], nil
}

// Close closes it.
func (l *Loop) Close() { unix.Close(l.fd) }
