package main

import (
	"context"
	"math/rand/v2"
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
		said[i] = b.report(b.boxes[i], word, 1)
	}
	b.say("%s", yardstick())
	server, database, here := b.spent()
	began := time.Now()
	type looks struct {
		took []time.Duration
		err  error
	}
	pages := make(chan looks)
	reader, err := b.signIn(ctx)
	if err != nil {
		return err
	}
	over, watched := context.WithCancel(ctx)
	defer watched()
	go func() {
		took, err := reader.watch(over)
		pages <- looks{took, err}
	}()
	took := make([]time.Duration, len(said))
	var again, open atomic.Int64
	var most int64
	room := make(chan struct{}, 2000)
	var wait sync.WaitGroup
	for i := range said {
		due := began.Add(time.Duration(float64(i) / float64(len(said)) * float64(b.within)))
		time.Sleep(time.Until(due))
		if i > 0 && i%(len(said)/6+1) == 0 {
			b.say("storm: %d boxes have come", i)
		}
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
	if asked.err != nil {
		return asked.err
	}
	b.say("storm: %d boxes within %s, calm %s after the last; %d tries again, at most %d at once; %s", len(said), sent.Round(time.Second),
		(calm - sent).Round(10*time.Millisecond), again.Load(), most, quantiles(took))
	serverNow, databaseNow, hereNow := b.spent()
	each := func(now, then time.Duration) float64 {
		return float64((now - then).Microseconds()) / float64(len(said))
	}
	b.say("storm: processor time a box: %.0f µs the observatory, %.0f µs PostgreSQL, %.0f µs the clients and the reader of pages", each(serverNow, server), each(databaseNow, database), each(hereNow, here))
	b.say("storm: the first page and a site's were asked %d times meanwhile, and answered: %s; %.0f MB resident", len(asked.took), quantiles(asked.took), float64(b.resident())/1e6)
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
