package main

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"abri.example/abri"
	"abri.example/abri/box/replay"
	"abri.example/abri/packet"
	"abri.example/abri/testnet"
	"abri.example/abri/testnet/stage"
)

// The addresses of the mail scene: the server and a desk behind the box, the world before it.
var (
	mailServer = netip.MustParseAddr("192.168.10.25")
	mailDesk   = netip.MustParseAddr("192.168.10.50")
	mailRouter = netip.MustParseAddr("192.168.10.1")
	attacker   = netip.MustParseAddr("198.51.100.66")
	office     = netip.MustParseAddr("203.0.113.10")
)

// mailScene is a mail server and a desk, a switch that hears what passes, and the world:
//
//	world ── switch (the tap) ── inside
type mailScene struct {
	folder        string
	world, inside *testnet.Host
	tap           *recorder
}

// mailScenario is one story: what is played, and what is to be found. An empty kind is honest.
type mailScenario struct {
	name string
	want abri.Kind
	play func(*play)
}

// scoreMail has the mail server attacked and used in every way.
func scoreMail(ctx context.Context, only string) (out []outcome, err error) {
	st := stage.New(complain)
	defer st.End()
	s := &mailScene{}
	if err := st.Try(func() error { return s.build(st) }); err != nil {
		return nil, err
	}
	if err := startMail(ctx, s.inside, mailServer, s.folder); err != nil {
		return nil, err
	}
	for _, c := range mailScenarios() {
		if ctx.Err() != nil {
			return out, ctx.Err()
		}
		if strings.Contains(c.name, only) {
			out = append(out, s.play(ctx, c))
		}
	}
	return out, nil
}

// build lays the cables, and makes the folder of the programs.
func (s *mailScene) build(st *stage.Stage) (err error) {
	if s.folder, err = os.MkdirTemp("", "abri-score-"); err != nil {
		return err
	}
	st.Cleanup(func() { os.RemoveAll(s.folder) })
	net := testnet.New(st)
	s.world, s.inside = net.Host("world"), net.Host("inside")
	middle := net.Host("switch")
	net.Cable(s.world, middle, "eth0", "outside")
	net.Cable(s.inside, middle, "eth0", "inside")
	middle.Switch("outside", "inside")
	s.inside.Address("eth0", netip.PrefixFrom(mailServer, 24), netip.PrefixFrom(mailDesk, 24))
	s.inside.Default(mailRouter)
	s.world.Address("eth0", netip.PrefixFrom(mailRouter, 24))
	for _, network := range []string{"198.51.100.0/24", "203.0.113.0/24"} {
		p := netip.MustParsePrefix(network)
		for a := p.Addr().Next(); p.Contains(a); a = a.Next() {
			s.world.Address("lo", netip.PrefixFrom(a, 32))
		}
	}
	if s.tap, err = record(middle, "outside", "inside"); err != nil {
		return fmt.Errorf("the tap: %w", err)
	}
	st.Cleanup(s.tap.close)
	return nil
}

// play is a scenario under way: its sessions, each with its time by the scenario's clock. They are played side by side,
// since servers pause seconds before each no, and put in their order afterwards.
type play struct {
	scene    *mailScene
	at       time.Time // when the next session begins
	sessions []planned
}

// planned is one session. do gives the client's end, or the zero AddrPort for one that has all to itself.
type planned struct {
	at time.Time
	do func(context.Context) (netip.AddrPort, error)
}

// together is how many sessions are played side by side: fewer than a server serves.
const together = 24

// play plays a scenario, and has what was heard judged.
func (s *mailScene) play(ctx context.Context, c mailScenario) outcome {
	p := &play{scene: s, at: time.Date(2026, 3, 5, 8, 0, 0, 0, time.UTC)}
	c.play(p)
	o := outcome{part: "mail", name: c.name, sessions: len(p.sessions), want: c.want}
	frames, err := p.run(ctx)
	name := filepath.Join(s.folder, "heard.pcap")
	if o.err = errors.Join(err, writeCapture(name, frames)); o.err != nil {
		return o
	}
	_, o.err = replay.Run(ctx, []string{name}, replay.Options{
		Home: []netip.Prefix{netip.MustParsePrefix("192.168.10.0/24")},
		Attack: func(a abri.Attack) {
			if !slices.Contains(o.found, a.Kind) {
				o.found = append(o.found, a.Kind)
			}
		},
	})
	return o
}

// run plays every session, and gives their frames by the scenario's clock.
func (p *play) run(ctx context.Context) ([]frame, error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	p.scene.tap.take()
	ends := make([]netip.AddrPort, len(p.sessions))
	begun := make([]time.Time, len(p.sessions))
	errs := make([]error, len(p.sessions))
	seats := make(chan struct{}, together)
	var wait sync.WaitGroup
	for i, s := range p.sessions {
		seats <- struct{}{}
		wait.Go(func() {
			defer func() { <-seats }()
			begun[i] = time.Now()
			if ends[i], errs[i] = s.do(ctx); errs[i] != nil {
				errs[i] = fmt.Errorf("session %d: %w", i+1, errs[i])
			}
		})
	}
	wait.Wait()
	shift := map[netip.AddrPort]time.Duration{}
	for i, s := range p.sessions {
		shift[ends[i]] = s.at.Sub(begun[i])
	}
	var frames []frame
	for _, f := range p.scene.tap.settled() {
		by, known := shift[clientOf(f.data)]
		if !known {
			by, known = shift[netip.AddrPort{}]
		}
		if known {
			frames = append(frames, frame{f.at.Add(by), f.data})
		}
	}
	slices.SortStableFunc(frames, func(a, b frame) int { return a.at.Compare(b.at) })
	return frames, errors.Join(errs...)
}

// clientOf is the end of a frame that is not at home.
func clientOf(data []byte) netip.AddrPort {
	var h packet.Headers
	packet.Decode(packet.Ethernet, data, &h)
	if h.Src.IsPrivate() {
		return netip.AddrPortFrom(h.Dst, h.DstPort)
	}
	return netip.AddrPortFrom(h.Src, h.SrcPort)
}

// session plans one session now, and then lets so much time pass.
func (p *play) session(pause time.Duration, do func(context.Context) (netip.AddrPort, error)) {
	p.sessions = append(p.sessions, planned{p.at, func(ctx context.Context) (netip.AddrPort, error) {
		ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
		defer cancel()
		return do(ctx)
	}})
	p.at = p.at.Add(pause)
}

// tries is a session that is refused: it is an error when it is not.
func (p *play) tries(pause time.Duration, from netip.Addr, w way, user, word string) {
	p.session(pause, func(ctx context.Context) (netip.AddrPort, error) {
		end, err := visit(ctx, p.scene.world, from, mailServer, w, user, word)
		switch err {
		case nil:
			return end, fmt.Errorf("%s lets %s in with %q", w.name, user, word)
		case errRefused:
			return end, nil
		}
		return end, err
	})
}

// works is a session of somebody with the right password.
func (p *play) works(pause time.Duration, from netip.Addr, w way, user string) {
	p.session(pause, func(ctx context.Context) (netip.AddrPort, error) {
		return visit(ctx, p.scene.world, from, mailServer, w, user, "juste-"+user)
	})
}
