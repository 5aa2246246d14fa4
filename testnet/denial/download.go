package main

import (
	"context"
	"io"
	"net"
	"net/netip"
	"time"
)

// serve sends 4 MB a second by each connection, as a line of 32 Mbit/s does; what it could not send on time it sends later.
func serve(l net.Listener) {
	const rate = 4_000_000
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		go func() {
			defer c.Close()
			begun, sent, block := time.Now(), 0, make([]byte, 1<<20)
			for tick := time.NewTicker(10 * time.Millisecond); ; <-tick.C {
				owed := int(time.Since(begun).Seconds()*rate) - sent
				n, err := c.Write(block[:min(max(0, owed), len(block))])
				if sent += n; err != nil {
					tick.Stop()
					return
				}
			}
		}()
	}
}

// download reads what one connection brings.
func (d *day) download(ctx context.Context, from, own netip.Addr, until time.Time) float64 {
	c, err := d.scene.Citizen.Host.Dial(ctx, "tcp", own, netip.AddrPortFrom(from, downloadPort))
	if err != nil {
		return 0
	}
	defer c.Close()
	begun := time.Now()
	_ = c.SetDeadline(until)
	n, _ := io.Copy(io.Discard, c)
	return float64(n) / time.Since(begun).Seconds()
}
