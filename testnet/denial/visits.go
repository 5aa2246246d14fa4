package main

import (
	"context"
	"io"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"abri.example/abri/testnet"
)

// visits has one visitor after the other open a page: the share of pages that came, and of visitors who got none.
func (d *day) visits(ctx context.Context, m measure, stop time.Time, opened *atomic.Int64) (pages, hurt float64) {
	var mu sync.Mutex
	came, good := map[int]bool{}, map[int]bool{}
	at := netip.AddrPortFrom(facing(m.at, m.v6), testnet.WebPort)
	pages = each(ctx, visitEvery, m.patient, stop, func(ctx context.Context, n int) error {
		who := n % len(d.visitors)
		err := visit(ctx, d.visitors[who], at, opened)
		mu.Lock()
		defer mu.Unlock()
		came[who] = true
		if err == nil {
			good[who] = true
		}
		return err
	})
	return pages, 1 - float64(len(good))/float64(max(1, len(came)))
}

// visit opens one page, and counts the connection as it stands.
func visit(ctx context.Context, who testnet.Peer, at netip.AddrPort, opened *atomic.Int64) error {
	c, err := who.Host.Dial(ctx, "tcp", facing(who, at.Addr().Is6()), at)
	if err != nil {
		return err
	}
	defer c.Close()
	opened.Add(1)
	if until, ok := ctx.Deadline(); ok {
		_ = c.SetDeadline(until)
	}
	if _, err := io.WriteString(c, "GET / HTTP/1.0\r\nHost: www.mairie.example\r\n\r\n"); err != nil {
		return err
	}
	_, err = c.Read(make([]byte, 512))
	return err
}

// each does something over and over until a time, and gives the share that went well.
func each(ctx context.Context, every, limit time.Duration, until time.Time, do func(ctx context.Context, n int) error) float64 {
	var good, tries atomic.Int64
	var all sync.WaitGroup
	for next := time.Now(); next.Before(until); next = next.Add(every) { // who is late makes up for it
		time.Sleep(time.Until(next))
		n := int(tries.Add(1)) - 1
		all.Go(func() {
			ctx, cancel := context.WithTimeout(ctx, limit)
			defer cancel()
			if do(ctx, n) == nil {
				good.Add(1)
			}
		})
	}
	all.Wait()
	return float64(good.Load()) / float64(max(1, tries.Load()))
}
