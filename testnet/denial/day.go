package main

import (
	"context"
	"io"
	"net"
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
	pick := func(p testnet.Peer) netip.Addr {
		if m.v6 {
			return p.V6
		}
		return p.V4
	}
	var f figures
	stop := time.Now().Add(m.lasting)
	busy, sent := cpu(), offered(d.scene)
	var all sync.WaitGroup
	all.Go(func() { f.goodput = d.download(ctx, pick(m.at), pick(d.scene.Citizen), stop) })
	all.Go(func() { f.loss, f.jitter = d.call(ctx, pick(d.scene.Exchange.Peer), pick(d.scene.Operator.Peer), stop) })
	var opened atomic.Int64
	all.Go(func() {
		f.pages, f.hurt = d.visits(ctx, m, stop, &opened)
	})
	all.Go(func() {
		f.letters = each(ctx, letterEvery, m.patient, stop, func(ctx context.Context, _ int) error {
			return d.scene.Correspondent.Deliver(ctx, netip.AddrPortFrom(pick(m.at), testnet.MailPort), "Bonjour, la mairie.")
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

// visits has one visitor after the other open a page: the share of pages that came, and of visitors who got none.
func (d *day) visits(ctx context.Context, m measure, stop time.Time, opened *atomic.Int64) (pages, hurt float64) {
	var mu sync.Mutex
	came, good := map[int]bool{}, map[int]bool{}
	at := netip.AddrPortFrom(m.at.V4, testnet.WebPort)
	if m.v6 {
		at = netip.AddrPortFrom(m.at.V6, testnet.WebPort)
	}
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
	own := who.V4
	if at.Addr().Is6() {
		own = who.V6
	}
	c, err := who.Host.Dial(ctx, "tcp", own, at)
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
