package main

import (
	"bufio"
	"encoding/binary"
	"errors"
	"net"
	"os"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"abri.example/abri/testnet"
)

// recorder keeps every frame that comes in by a port of a host, with its time. It hears both ends of what crosses a
// switch, each frame once and in order, because one socket hears all ports.
type recorder struct {
	socket int
	ports  map[int]bool // by index
	stop   chan struct{}
	ended  chan struct{}

	mu     sync.Mutex
	frames []frame
}

type frame struct {
	at   time.Time
	data []byte
}

// record begins to keep the frames that come in by these ports of a host.
func record(h *testnet.Host, ports ...string) (*recorder, error) {
	r := &recorder{ports: map[int]bool{}, stop: make(chan struct{}), ended: make(chan struct{})}
	err := h.Do(func() (err error) {
		for _, name := range ports {
			p, err := net.InterfaceByName(name)
			if err != nil {
				return err
			}
			r.ports[p.Index] = true
		}
		const all = unix.ETH_P_ALL<<8&0xff00 | unix.ETH_P_ALL>>8
		if r.socket, err = unix.Socket(unix.AF_PACKET, unix.SOCK_RAW|unix.SOCK_CLOEXEC, all); err != nil {
			return err
		}
		return errors.Join(unix.SetsockoptInt(r.socket, unix.SOL_SOCKET, unix.SO_RCVBUFFORCE, 64<<20),
			unix.SetsockoptTimeval(r.socket, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &unix.Timeval{Usec: 100_000}))
	})
	if err != nil {
		return nil, err
	}
	go r.listen()
	return r, nil
}

func (r *recorder) listen() {
	defer close(r.ended)
	defer unix.Close(r.socket)
	buffer := make([]byte, 64<<10)
	for {
		select {
		case <-r.stop:
			return
		default:
		}
		n, from, err := unix.Recvfrom(r.socket, buffer, 0)
		if errors.Is(err, unix.EAGAIN) || errors.Is(err, unix.EINTR) {
			continue
		}
		if err != nil {
			return
		}
		link, ok := from.(*unix.SockaddrLinklayer)
		if !ok || link.Pkttype == unix.PACKET_OUTGOING || !r.ports[link.Ifindex] {
			continue
		}
		r.mu.Lock()
		r.frames = append(r.frames, frame{time.Now(), append([]byte(nil), buffer[:n]...)})
		r.mu.Unlock()
	}
}

// take gives what was heard since the last call.
func (r *recorder) take() []frame {
	r.mu.Lock()
	defer r.mu.Unlock()
	all := r.frames
	r.frames = nil
	return all
}

func (r *recorder) close() {
	close(r.stop)
	<-r.ended
}

// writeCapture writes frames as a capture: pcap (draft-ietf-opsawg-pcap) in microseconds, Ethernet.
func writeCapture(name string, frames []frame) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	defer f.Close()
	w := bufio.NewWriter(f)
	head := binary.LittleEndian.AppendUint32(nil, 0xa1b2c3d4)
	head = append(head, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 1, 0, 0, 0)
	_, _ = w.Write(head) // a fault stays, and Flush gives it
	for _, x := range frames {
		for _, n := range []uint32{uint32(x.at.Unix()), uint32(x.at.Nanosecond() / 1000), uint32(len(x.data)), uint32(len(x.data))} {
			head = binary.LittleEndian.AppendUint32(head[:0], n)
			_, _ = w.Write(head)
		}
		_, _ = w.Write(x.data)
	}
	return errors.Join(w.Flush(), f.Close())
}

// settled gives what was heard since the last call, once nothing new has come for as long as a closing takes.
func (r *recorder) settled() []frame {
	const calm, most = 30 * time.Millisecond, 5 * time.Second
	all := r.take()
	last := time.Now()
	for begun := last; time.Since(last) < calm && time.Since(begun) < most; {
		time.Sleep(calm / 3)
		if more := r.take(); len(more) > 0 {
			all, last = append(all, more...), time.Now()
		}
	}
	return all
}
