package main

import (
	"context"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"abri.example/abri/testnet"
)

// day is an ordinary day of the town hall: visitors of many networks, a download that goes on, letters, and a call.
type day struct {
	scene    *testnet.Scene
	visitors []testnet.Peer
}

const (
	downloadPort = 9000
	voicePort    = 7078
	places       = 120 // of the web server, as a small one has
	visitors     = 400
	visitEvery   = 20 * time.Millisecond
	letterEvery  = 250 * time.Millisecond
	patience     = 3 * time.Second // of a visitor, and of a mail server
	slowPatience = 8 * time.Second // of both, where the flood is of connections that get nowhere: they wait for a place
)

// figures are what a day came to.
type figures struct {
	offered         float64 // packets a second towards the box, all together
	cpu, soft, box  float64 // share of the processors: busy, in the kernel's network, in the box's two processes
	goodput, setups float64 // bytes of the download, connections: a second
	pages, letters  float64 // share that came to their good end
	hurt            float64 // share of visitors who got no page
	loss, jitter    float64 // of the call: share, ms
	told            told
	err             error
}

// newDay starts the telephone's echo.
func newDay(s *testnet.Scene) (*day, error) {
	// As of a telephone, a camera and many an old server: no cookies, and no memory of who was here before.
	s.Mail.Host.Set("ipv4/tcp_syncookies", "0")
	s.Mail.Host.Set("ipv4/tcp_no_metrics_save", "1")
	for _, at := range s.Exchange.Addresses() {
		c, err := s.Exchange.Host.ListenPacket(netip.AddrPortFrom(at, voicePort))
		if err != nil {
			return nil, err
		}
		go echo(c)
	}
	return &day{scene: s, visitors: s.Visitors(visitors)}, nil
}

// open starts the servers of a machine that is new to the box: pages, letters, and a download.
func (d *day) open(at testnet.Peer) error {
	at.SmallSite(testnet.WebPort, places)
	at.MailServer()
	for _, a := range at.Addresses() {
		l, err := at.Host.Listen(netip.AddrPortFrom(a, downloadPort))
		if err != nil {
			return err
		}
		go serve(l)
	}
	return nil
}

// measure is one case: at whom, by which family, for how long, by what.
type measure struct {
	at      testnet.Peer
	v6      bool
	lasting time.Duration
	patient time.Duration
	attack  func(context.Context) error // nil: calm
	watch   func(context.Context) told  // nil: nobody tells
}

// live measures so much of a day, with an attack from half a second on.
func (d *day) live(ctx context.Context, m measure) figures {
	ctx, cancel := context.WithTimeout(ctx, m.lasting+m.patient)
	defer cancel()
	var f figures
	stop := time.Now().Add(m.lasting)
	busy, sent := cpu(), offered(d.scene)
	var all sync.WaitGroup
	all.Go(func() { f.goodput = d.download(ctx, facing(m.at, m.v6), facing(d.scene.Citizen, m.v6), stop) })
	all.Go(func() {
		f.loss, f.jitter = d.call(ctx, facing(d.scene.Exchange.Peer, m.v6), facing(d.scene.Operator.Peer, m.v6), stop)
	})
	var opened atomic.Int64
	all.Go(func() {
		f.pages, f.hurt = d.visits(ctx, m, stop, &opened)
	})
	all.Go(func() {
		f.letters = each(ctx, letterEvery, m.patient, stop, func(ctx context.Context, _ int) error {
			return d.scene.Correspondent.Deliver(ctx, netip.AddrPortFrom(facing(m.at, m.v6), testnet.MailPort), "Bonjour, la mairie.")
		})
	})
	if m.attack != nil {
		time.Sleep(500 * time.Millisecond)
		until, end := context.WithDeadline(ctx, stop)
		begun, before := time.Now(), offered(d.scene)
		if m.watch != nil {
			all.Go(func() { f.told = m.watch(ctx) })
		}
		f.err = m.attack(until)
		f.offered = float64(offered(d.scene)-before) / time.Since(begun).Seconds()
		end()
	}
	<-time.After(time.Until(stop))
	used, lasted := cpu().since(busy), m.lasting.Seconds()
	f.cpu, f.soft = used.busy, used.soft
	if m.attack == nil {
		f.offered = float64(offered(d.scene)-sent) / lasted
	}
	all.Wait()
	f.setups = float64(opened.Load()) / lasted
	return f
}
