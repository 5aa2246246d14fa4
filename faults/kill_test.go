package faults

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// survives has attackers come before, during and after a fault, while an honest connection stands and a listed address
// never stops trying. All of them must be counted, once each, with the attempts they made, in status and in the store.
func (h town) survives(fault func(during func())) {
	h.Helper()
	talk := h.converse()
	guard := h.watchListed()
	h.attack(h.Attackers[0])
	h.recorded(3)
	fault(func() { h.attack(h.Attackers[1]) })
	h.attack(h.Attackers[2])
	h.stopped(h.Steal(h.Context(), criminalLimit))
	h.counted(9)
	h.through(h.Honest(h.Context(), honestLimit))
	talk()
	guard()

	kept := h.keptAttacks()
	if len(kept) != 9 {
		h.Errorf("the store holds %d attacks, not 9: %v", len(kept), kept)
	}
	for from, a := range kept {
		if a.Attempts != 1 || !a.Neutralised() {
			h.Errorf("%s made one attempt, and the store holds %+v", from, a)
		}
	}
}

// converse opens an honest connection that must live: the function says and hears one more word, and closes it.
func (h town) converse() (end func()) {
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
	say := func() {
		h.Helper()
		h.must(c.SetDeadline(time.Now().Add(honestLimit)))
		word := []byte("encore")
		_, err := c.Write(word)
		h.must(err)
		_, err = io.ReadFull(c, word)
		h.must(err)
	}
	say()
	return func() {
		h.Helper()
		say()
		c.Close()
	}
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

// kill -9 of the reader while attacks are written: it is started again; no recorded attack is lost, none is there twice,
// those that come while it is away are told when it is back; honest connections live on, and what is listed stays
// blocked throughout.
func TestKilledReader(t *testing.T) {
	h := townHall(t, nil)
	h.survives(func(during func()) {
		for range 2 {
			h.must(h.box.Kill(h.Context(), h.reader()))
		}
		during()
		h.says("La partie qui lit le trafic s")
	})
	if restarts := strings.Count(h.box.Log(), "the reader is started"); restarts != 3 {
		h.Errorf("the reader was started %d times, not 3", restarts)
	}
}

// kill -9 of the keeper: the gate filters on by itself, the reader ends in order, and the keeper that systemd starts
// again takes over what is pinned. The same is kept as when the reader dies.
func TestKilledKeeper(t *testing.T) {
	h := townHall(t, nil)
	h.survives(func(during func()) {
		reader := h.reader()
		h.must(h.box.Kill(h.Context(), h.box.Keeper()))
		during()
		h.gone(reader)
		h.start()
	})
}

// kill -9 of both at once, as by a power cut of the program alone: what was recorded a second before is there.
func TestKilledBoth(t *testing.T) {
	h := townHall(t, nil)
	h.survives(func(during func()) {
		reader, keeper := h.reader(), h.box.Keeper()
		h.must(unix.Kill(reader, unix.SIGSTOP)) // it gets no time to end in order
		h.must(h.box.Kill(h.Context(), keeper))
		h.must(h.box.Kill(h.Context(), reader))
		during()
		h.start()
	})
}

// A reader that is stopped and goes on: nothing is lost, listed stays blocked, honest passes.
func TestStoppedReader(t *testing.T) {
	h := townHall(t, nil)
	h.survives(func(during func()) {
		h.halt(h.reader(), func() {
			during()
			h.through(h.Honest(h.Context(), honestLimit))
		})
	})
}

// A keeper that is stopped and goes on: the gate filters by itself, and what it counted meanwhile is told.
func TestStoppedKeeper(t *testing.T) {
	h := townHall(t, nil)
	h.survives(func(during func()) {
		h.halt(h.box.Keeper(), func() {
			during()
			h.through(h.Honest(h.Context(), honestLimit))
		})
	})
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
		if err := unix.Kill(pid, 0); !errors.Is(err, unix.ESRCH) {
			return fmt.Errorf("process %d lives on: %v", pid, err)
		}
		return nil
	})
}
