package faults

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"

	"abri.example/abri/testnet"
)

// converse opens an honest connection that must live: the function says and hears one more word, and closes it.
func (h town) converse() func() {
	h.Helper()
	say, end := h.dialogue()
	return func() {
		h.Helper()
		say()
		end()
	}
}

// dialogue opens an honest connection: say says and hears one more word, end closes it.
func (h town) dialogue() (say, end func()) {
	h.Helper()
	l, err := h.Newspaper.Host.Listen(netip.AddrPortFrom(h.Newspaper.V4, 7777))
	h.must(err)
	go func() {
		c, err := l.Accept()
		if err == nil {
			io.Copy(c, c)
			c.Close()
		}
	}()
	c, err := h.Desk.Host.Dial(h.Context(), "tcp", h.Desk.V4, netip.AddrPortFrom(h.Newspaper.V4, 7777))
	h.must(err)
	say = func() {
		h.Helper()
		h.must(c.SetDeadline(time.Now().Add(honestLimit)))
		word := []byte("encore")
		_, err := c.Write(word)
		h.must(err)
		_, err = io.ReadFull(c, word)
		h.must(err)
	}
	say()
	return say, func() { c.Close() }
}

// watchListed sends a datagram from a listed address every few milliseconds, to somebody inside who listens: none may
// arrive, at any moment. The function ends it and says what arrived.
func (h town) watchListed() (end func()) {
	h.Helper()
	const port = 9999
	inside, err := h.Desk.Host.ListenPacket(netip.AddrPortFrom(h.Desk.V4, port))
	h.must(err)
	var arrived, sent atomic.Int64
	go func() {
		for buf := make([]byte, 64); ; {
			if _, err := inside.Read(buf); err != nil {
				return
			}
			arrived.Add(1)
		}
	}()
	ctx, stop := context.WithCancel(h.Context())
	neighbour := netip.MustParseAddr("45.155.205.77") // of the network that is listed for the spammer
	h.Fence.Host.Address("wan", netip.PrefixFrom(neighbour, 32))
	c, err := h.Fence.Host.Dial(ctx, "udp", neighbour, netip.AddrPortFrom(h.Desk.V4, port))
	h.must(err)
	over := make(chan struct{})
	go func() {
		defer close(over)
		for tick := time.NewTicker(5 * time.Millisecond); ; {
			select {
			case <-ctx.Done():
				tick.Stop()
				return
			case <-tick.C:
				if _, err := c.Write([]byte("boo")); err == nil {
					sent.Add(1)
				}
			}
		}
	}()
	return func() {
		h.Helper()
		stop()
		<-over
		closeAll(c, inside)
		if arrived.Load() > 0 || sent.Load() < 10 {
			h.Errorf("of %d datagrams from a listed address %d arrived", sent.Load(), arrived.Load())
		}
	}
}

func closeAll(cs ...net.Conn) {
	for _, c := range cs {
		c.Close()
	}
}

// halt stops a process while something is done, and has it go on.
func (h town) halt(pid int, while func()) {
	h.Helper()
	h.must(unix.Kill(pid, unix.SIGSTOP))
	defer func() { h.must(unix.Kill(pid, unix.SIGCONT)) }()
	while()
}

// reader is the reader's process, once there is one.
func (h town) reader() (pid int) {
	h.Helper()
	h.await(func() error {
		if pid = h.box.Reader(); pid == 0 {
			return errors.New("there is no reader")
		}
		return nil
	})
	return pid
}

// gone waits until a process has ended by itself.
func (h town) gone(pid int) {
	h.Helper()
	h.await(func() error {
		if !testnet.Gone(pid) {
			return fmt.Errorf("process %d lives on", pid)
		}
		return nil
	})
}
