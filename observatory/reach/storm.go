package main

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"abri.example/abri/fleet"
)

// storm has every box come back within a minute, each by a full handshake and with a backlog of 20 attacks. One that is
// told to wait, or gets no answer, tries again as boxes do. Meanwhile the pages are asked.
func (b *bench) storm(ctx context.Context) error {
	word := epoch("storm")
	said := make([][]byte, len(b.boxes))
	for i := range said {
		said[i] = report(b.boxes[i], word, 1)
	}
	b.say("%s", yardstick())
	began := time.Now()
	over, watched := context.WithCancel(ctx)
	pages := make(chan []time.Duration)
	go func() { pages <- b.watch(over) }()
	took := make([]time.Duration, len(said))
	var again, open atomic.Int64
	var most int64
	room := make(chan struct{}, 2000)
	var wait sync.WaitGroup
	for i := range said {
		due := began.Add(time.Duration(float64(i) / float64(len(said)) * float64(b.within)))
		time.Sleep(time.Until(due))
		room <- struct{}{}
		most = max(most, open.Add(1))
		wait.Go(func() {
			defer func() { open.Add(-1); <-room }()
			for b.comeBack(i, said[i]) != nil && ctx.Err() == nil {
				again.Add(1)
				time.Sleep(time.Duration(rand.IntN(4000)) * time.Millisecond)
			}
			took[i] = time.Since(due)
		})
	}
	sent := time.Since(began)
	wait.Wait()
	calm := time.Since(began)
	watched()
	asked := <-pages
	b.say("storm: %d boxes within %s, calm %s after the last; %d tries again, at most %d at once; %s", len(said), sent.Round(time.Second),
		(calm - sent).Round(10*time.Millisecond), again.Load(), most, quantiles(took))
	b.say("storm: the pages were asked %d times meanwhile: %s; %.0f MB resident", len(asked), quantiles(asked), float64(b.resident())/1e6)
	return b.verify(ctx, len(said), "storm")
}

func (b *bench) comeBack(i int, said []byte) error {
	c := b.client(b.boxes[i])
	defer c.CloseIdleConnections()
	err := b.post(c, said)
	if fleet.ReasonOf(err) == fleet.ReasonDuplicate {
		return nil
	}
	return err
}

// watch asks the pages until ctx ends.
func (b *bench) watch(ctx context.Context) (took []time.Duration) {
	c := &http.Client{Timeout: time.Minute, Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: b.roots, ServerName: "localhost"}}}
	defer c.CloseIdleConnections()
	for ctx.Err() == nil {
		began := time.Now()
		a, err := c.Get("https://" + b.pagesAt + "/healthz")
		if err == nil {
			_, err = io.Copy(io.Discard, a.Body)
			err = errors.Join(err, a.Body.Close())
		}
		if err == nil {
			took = append(took, time.Since(began))
		}
		time.Sleep(100 * time.Millisecond)
	}
	return slices.Clone(took)
}
