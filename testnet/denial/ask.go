package main

import (
	"context"
	"io"
	"net"
	"sync"
	"time"
)

// askers is how many requests are under way at once.
const askers = 256

// ask asks a web server for its page over and over until ctx ends, each time by a connection of its own.
func ask(ctx context.Context, at string) {
	var all sync.WaitGroup
	for range askers {
		all.Go(func() {
			for ctx.Err() == nil {
				one(ctx, at)
			}
		})
	}
	all.Wait()
}

func one(ctx context.Context, at string) {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	c, err := (&net.Dialer{}).DialContext(ctx, "tcp", at)
	if err != nil {
		return
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(time.Second))
	if _, err := io.WriteString(c, "GET / HTTP/1.0\r\n\r\n"); err == nil {
		_, _ = c.Read(make([]byte, 512))
	}
}
