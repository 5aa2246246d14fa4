package reader

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/net/icmp"
	"golang.org/x/net/ipv4"
	"golang.org/x/net/ipv6"
)

// Every how often the box asks its gateway and its resolvers whether they are there, in calm and in an attack, and how long it
// waits for an answer.
const (
	probeEvery    = 10 * time.Second
	besiegedProbe = time.Second
	probePatience = time.Second
	probeBytes    = 1200 // where queues are counted in bytes, a small question finds room when no packet of data does
	firstProbes   = 10   // each second after a start, so that it is soon known who answers
)

// probeLine asks, until ctx ends: who answers in calm, and no more in an attack, stands behind a line that is full. It takes the
// kernel's echo sockets for programs without privileges, which the keeper opens to the reader's group (icmp(7)).
func (r *Reader) probeLine(ctx context.Context) error {
	var last time.Time
	rounds := 0
	var unasked sync.Once
	return every(ctx, besiegedProbe, func() error {
		r.mu.Lock()
		now := r.now()
		_, is := r.flood.watch.Besieged(now, besieged)
		asked := slices.Concat(r.place.Gateways, r.place.Resolvers)
		r.mu.Unlock()
		if rounds++; !is && now.Sub(last).Abs() < probeEvery && rounds > firstProbes {
			return nil
		}
		last = now
		var all sync.WaitGroup
		for _, to := range asked {
			all.Go(func() {
				answered, err := echo(ctx, to)
				if err != nil {
					unasked.Do(func() { r.log.Warn("the line is not probed", "err", err) })
					return
				}
				r.mu.Lock()
				defer r.mu.Unlock()
				r.flood.line.Probed(to, answered, is)
			})
		}
		all.Wait()
		return nil
	})
}

// echoes numbers the questions.
var echoes atomic.Uint32

// echo sends one echo request (RFC 792, RFC 4443) and reports whether it is answered in time. An error says that it can't be asked.
func echo(ctx context.Context, to netip.Addr) (bool, error) {
	network, here, kind, proto := "udp4", "0.0.0.0", icmp.Type(ipv4.ICMPTypeEcho), 1
	if to.Is6() {
		network, here, kind, proto = "udp6", "::", ipv6.ICMPTypeEchoRequest, 58
	}
	c, err := icmp.ListenPacket(network, here)
	if err != nil {
		return false, err
	}
	defer c.Close()
	defer context.AfterFunc(ctx, func() { c.Close() })()
	number := int(echoes.Add(1) & 0xffff)
	question, err := (&icmp.Message{Type: kind, Body: &icmp.Echo{Seq: number, Data: make([]byte, probeBytes)}}).Marshal(nil)
	if err != nil {
		return false, err
	}
	if err := c.SetDeadline(time.Now().Add(probePatience)); err != nil {
		return false, err
	}
	if _, err := c.WriteTo(question, &net.UDPAddr{IP: to.AsSlice(), Zone: to.Zone()}); err != nil {
		return false, nil // no way there: as good as no answer
	}
	b := make([]byte, 2048)
	for {
		n, _, err := c.ReadFrom(b)
		if errors.Is(err, os.ErrDeadlineExceeded) || err != nil {
			return false, nil
		}
		if m, err := icmp.ParseMessage(proto, b[:n]); err == nil {
			if e, ok := m.Body.(*icmp.Echo); ok && e.Seq == number {
				return true, nil
			}
		}
	}
}
