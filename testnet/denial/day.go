package main

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"abri.example/abri/testnet"
)

// day is an ordinary day of the town hall: pages that are opened, a download that goes on, letters, and a call.
type day struct {
	scene *testnet.Scene
	st    *stage
}

const (
	downloadPort = 9000
	voicePort    = 7078
	visitEvery   = 50 * time.Millisecond
	letterEvery  = 250 * time.Millisecond
	voiceEvery   = 20 * time.Millisecond
	honestLimit  = 3 * time.Second
)

// figures are what a day came to.
type figures struct {
	offered, cpu    float64 // packets a second, of both processors
	goodput         float64 // bytes a second
	visits, letters float64 // share that came to their good end
	loss, jitter    float64 // of the call: share, ms
	setups          float64 // a second
	err             error
}

// newDay starts the servers of the download and of the call.
func newDay(st *stage, s *testnet.Scene) (*day, error) {
	// As of a telephone, a camera and many an old server: no cookies, and no memory of who was here before.
	s.Mail.Host.Set("ipv4/tcp_syncookies", "0")
	s.Mail.Host.Set("ipv4/tcp_no_metrics_save", "1")
	for _, at := range s.Mail.Addresses() {
		l, err := s.Mail.Host.Listen(netip.AddrPortFrom(at, downloadPort))
		if err != nil {
			return nil, err
		}
		go serve(l)
	}
	for _, at := range s.Exchange.Addresses() {
		c, err := s.Exchange.Host.ListenPacket(netip.AddrPortFrom(at, voicePort))
		if err != nil {
			return nil, err
		}
		go echo(c)
	}
	return &day{s, st}, nil
}

// serve sends 4 MB a second by each connection, as a line of 32 Mbit/s does.
func serve(l net.Listener) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		go func() {
			defer c.Close()
			block := make([]byte, 40_000)
			for tick := time.NewTicker(10 * time.Millisecond); ; <-tick.C {
				if _, err := c.Write(block); err != nil {
					tick.Stop()
					return
				}
			}
		}()
	}
}

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

// live measures so long of a day, with an attack from half a second on.
func (d *day) live(ctx context.Context, v6 bool, lasting time.Duration, attack func(context.Context) (int, error)) figures {
	ctx, cancel := context.WithTimeout(ctx, lasting+honestLimit)
	defer cancel()
	pick := func(p testnet.Peer) netip.Addr {
		if v6 {
			return p.V6
		}
		return p.V4
	}
	var f figures
	stop := time.Now().Add(lasting)
	busy := cpu()
	var all sync.WaitGroup
	all.Go(func() { f.goodput = d.download(ctx, pick(d.scene.Mail.Peer), pick(d.scene.Citizen), stop) })
	all.Go(func() { f.loss, f.jitter = d.call(ctx, pick(d.scene.Exchange.Peer), pick(d.scene.Operator.Peer), stop) })
	var open atomic.Int64
	all.Go(func() {
		f.visits = each(ctx, visitEvery, stop, func(ctx context.Context) error {
			c, err := d.scene.Citizen.Host.Dial(ctx, "tcp", pick(d.scene.Citizen), netip.AddrPortFrom(pick(d.scene.Site.Peer), testnet.WebPort))
			if err == nil {
				open.Add(1)
				err = c.Close()
			}
			return err
		})
	})
	all.Go(func() {
		f.letters = each(ctx, letterEvery, stop, func(ctx context.Context) error {
			return d.scene.Correspondent.Deliver(ctx, netip.AddrPortFrom(pick(d.scene.Mail.Peer), testnet.MailPort), "Bonjour, la mairie.")
		})
	})
	if attack != nil {
		time.Sleep(500 * time.Millisecond)
		until, end := context.WithDeadline(ctx, stop)
		begun := time.Now()
		var sent int
		sent, f.err = attack(until)
		f.offered = float64(sent) / time.Since(begun).Seconds()
		end()
	}
	all.Wait()
	f.setups = float64(open.Load()) / lasting.Seconds()
	f.cpu = cpu().since(busy)
	return f
}

// each does something over and over until a time, and gives the share that went well.
func each(ctx context.Context, every time.Duration, until time.Time, do func(context.Context) error) float64 {
	var good, tries atomic.Int64
	var all sync.WaitGroup
	for tick := time.NewTicker(every); time.Now().Before(until); <-tick.C {
		tries.Add(1)
		all.Go(func() {
			ctx, cancel := context.WithTimeout(ctx, honestLimit)
			defer cancel()
			if do(ctx) == nil {
				good.Add(1)
			}
		})
	}
	all.Wait()
	return float64(good.Load()) / float64(max(1, tries.Load()))
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
	for tick := time.NewTicker(voiceEvery); time.Now().Before(until); <-tick.C {
		binary.BigEndian.PutUint64(voice, uint64(time.Now().UnixNano()))
		if _, err := c.Write(voice); err == nil {
			sent++
		}
	}
	_ = c.SetReadDeadline(time.Now().Add(200 * time.Millisecond))
	<-done
	return 1 - float64(heard.Load())/float64(max(1, sent)), jitter
}

// work is what the processors did, in ticks.
type work struct{ busy, all float64 }

func cpu() (w work) {
	text, err := os.ReadFile("/proc/stat")
	if err != nil {
		return w
	}
	var user, nice, system, idle, wait, irq, soft float64
	_, _ = fmt.Sscanf(string(text), "cpu %f %f %f %f %f %f %f", &user, &nice, &system, &idle, &wait, &irq, &soft)
	w.busy = user + nice + system + irq + soft
	w.all = w.busy + idle + wait
	return w
}

// since is the share of the time that they worked.
func (w work) since(before work) float64 { return (w.busy - before.busy) / max(1, w.all-before.all) }
