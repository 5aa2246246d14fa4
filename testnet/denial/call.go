package main

import (
	"context"
	"encoding/binary"
	"net"
	"net/netip"
	"sync/atomic"
	"time"
)

const voiceEvery = 20 * time.Millisecond

// echo is a telephone that says what it hears.
func echo(c *net.UDPConn) {
	b := make([]byte, 2000)
	for {
		n, from, err := c.ReadFromUDP(b)
		if err != nil {
			return
		}
		_, _ = c.WriteToUDP(b[:n], from)
	}
}

// call sends fifty packets a second and hears them come back: the share that did not, and the jitter (RFC 3550 §6.4.1) in ms.
func (d *day) call(ctx context.Context, to, own netip.Addr, until time.Time) (loss, jitter float64) {
	c, err := d.scene.Operator.Host.Dial(ctx, "udp", own, netip.AddrPortFrom(to, voicePort))
	if err != nil {
		return 1, 0
	}
	defer c.Close()
	var heard atomic.Int64
	done := make(chan struct{})
	go func() {
		defer close(done)
		b, before := make([]byte, 2000), time.Duration(0)
		for {
			n, err := c.Read(b)
			if err != nil || n < 8 {
				return
			}
			took := time.Duration(time.Now().UnixNano() - int64(binary.BigEndian.Uint64(b)))
			if heard.Add(1) > 1 {
				jitter += (float64((took-before).Abs())/1e6 - jitter) / 16
			}
			before = took
		}
	}()
	sent := 0
	voice := make([]byte, 172)
	tick := time.NewTicker(voiceEvery)
	defer tick.Stop()
	for ; time.Now().Before(until); <-tick.C {
		binary.BigEndian.PutUint64(voice, uint64(time.Now().UnixNano()))
		if _, err := c.Write(voice); err == nil {
			sent++
		}
	}
	_ = c.SetReadDeadline(time.Now().Add(200 * time.Millisecond))
	<-done
	return 1 - float64(heard.Load())/float64(max(1, sent)), jitter
}
