package faults

import (
	"context"
	"encoding/binary"
	"errors"
	"net"
	"net/netip"
	"sync/atomic"
	"time"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"abri.example/abri/testnet"
)

// stream is honest traffic both ways, every datagram of which is numbered and answered: what is lost is known.
type stream struct {
	passed, lost atomic.Int64 // packets, counting a datagram and its answer
	stop         context.CancelFunc
	over         chan struct{}
}

// Datagrams under way at once: fewer than the shortest queue on the way holds, so that a busy processor delays and does
// not lose them.
const underWay = 32

// stream has the workstation send to the newspaper, which sends everything back, until it is ended.
func (h town) stream() *stream {
	h.Helper()
	const port = 7778
	far, err := h.Newspaper.Host.ListenPacket(netip.AddrPortFrom(h.Newspaper.V4, port))
	h.must(err)
	go func() {
		for buf := make([]byte, 64); ; {
			n, from, err := far.ReadFromUDPAddrPort(buf)
			if errors.Is(err, net.ErrClosed) {
				return
			}
			far.WriteToUDPAddrPort(buf[:n], from)
		}
	}()
	c, err := h.Desk.Host.Dial(h.Context(), "udp", h.Desk.V4, netip.AddrPortFrom(h.Newspaper.V4, port))
	h.must(err)
	ctx, stop := context.WithCancel(h.Context())
	s := &stream{stop: stop, over: make(chan struct{})}
	go func() {
		defer close(s.over)
		defer closeAll(c, far)
		for n := uint64(0); ctx.Err() == nil; n += underWay {
			s.window(c, n)
			time.Sleep(time.Millisecond) // a processor for the others
		}
	}()
	return s
}

// window sends some datagrams and waits for every answer.
func (s *stream) window(c net.Conn, first uint64) {
	word := make([]byte, 8)
	for n := range uint64(underWay) {
		binary.BigEndian.PutUint64(word, first+n)
		c.Write(word)
	}
	c.SetReadDeadline(time.Now().Add(2 * time.Second))
	for missing := underWay; missing > 0; {
		n, err := c.Read(word)
		if err != nil {
			s.lost.Add(int64(missing))
			return
		}
		if n == len(word) && binary.BigEndian.Uint64(word)-first < underWay {
			missing--
			s.passed.Add(2)
		}
	}
}

// await lets so many more packets pass.
func (s *stream) await(h town, more int64) {
	h.Helper()
	until := s.passed.Load() + more
	h.await(func() error {
		if s.passed.Load() < until {
			return errors.New("the honest stream stands still")
		}
		return nil
	})
}

// end stops it and gives what passed and what was lost.
func (s *stream) end() (passed, lost int64) {
	s.stop()
	<-s.over
	return s.passed.Load(), s.lost.Load()
}

// watchPorts notes whenever a port of the box, or its bridge, is down, without carrier or gone, until it is ended.
func (h town) watchPorts() (end func() (seen []string)) {
	h.Helper()
	updates, done := make(chan netlink.LinkUpdate, 64), make(chan struct{})
	h.must(h.Box.Do(func() error { return netlink.LinkSubscribe(updates, done) }))
	var seen []string
	over := make(chan struct{})
	go func() {
		defer close(over)
		watched := map[string]bool{testnet.OutsidePort: true, testnet.InsidePort: true, "abri0": true}
		for u := range updates {
			if a := u.Attrs(); watched[a.Name] && (u.Header.Type == unix.RTM_DELLINK || a.RawFlags&unix.IFF_UP == 0 || a.RawFlags&unix.IFF_LOWER_UP == 0) {
				seen = append(seen, a.Name)
			}
		}
	}()
	return func() []string {
		close(done)
		<-over
		return seen
	}
}
