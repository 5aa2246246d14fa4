package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/vishvananda/netlink"

	"abri.example/abri"
	"abri.example/abri/box/replay"
	"abri.example/abri/testnet"
	"abri.example/abri/testnet/stage"
)

// telephoneScene is the mail scene with an exchange behind the box, and a carrier before it.
type telephoneScene struct {
	mailScene
	carrier *testnet.Carrier
	trunk   *testnet.Trunk
}

// exchangeAt is where the exchange listens.
var exchangeAt = netip.AddrPortFrom(mailServer, telephonePort)

// scoreTelephone has the exchange attacked and used in every way.
func scoreTelephone(ctx context.Context, only string) (out []outcome, err error) {
	st := stage.New(complain)
	defer st.End()
	s := &telephoneScene{}
	if err := st.Try(func() error {
		if err := s.build(st); err != nil {
			return err
		}
		carrier := testnet.Peer{Name: "carrier", Host: s.world, V4: netip.MustParseAddr("203.0.113.20"), V6: netip.IPv6Loopback()}
		s.carrier = carrier.Carrier(50 * time.Millisecond)
		exchange := testnet.Peer{Name: "exchange", Host: s.inside, V4: mailServer}
		s.trunk = exchange.Trunk(s.carrier.To())
		if err := s.tools(); err != nil {
			return fmt.Errorf("the way of the tools: %w", err)
		}
		return nil
	}); err != nil {
		return nil, err
	}
	if err := startExchange(ctx, s.inside, mailServer, s.folder); err != nil {
		return nil, err
	}
	for _, c := range telephoneScenarios() {
		if ctx.Err() != nil {
			return out, ctx.Err()
		}
		if strings.Contains(c.name, only) {
			out = append(out, s.play(ctx, c))
		}
	}
	return out, nil
}

// tools has what the world sends to the exchange come from the attacker's address, where a program does not choose.
func (s *telephoneScene) tools() error {
	return s.world.Do(func() error {
		port, err := netlink.LinkByName("eth0")
		if err != nil {
			return err
		}
		to := &net.IPNet{IP: mailServer.AsSlice(), Mask: net.CIDRMask(32, 32)}
		return netlink.RouteReplace(&netlink.Route{LinkIndex: port.Attrs().Index, Dst: to, Src: attacker.AsSlice(), Scope: netlink.SCOPE_LINK})
	})
}

// telephoneScenario is one story: what is played, and what is to be found. An empty kind is honest.
type telephoneScenario struct {
	name string
	want abri.Kind
	play func(*rings)
}

// rings is a scenario under way: its sessions, one after the other, each with its time by the scenario's clock.
type rings struct {
	*telephoneScene
	ctx      context.Context
	at       time.Time
	frames   []frame
	sessions int
	err      error
	disguise bool // tools give another name than their own
}

// session plays one session, and then lets so much time pass.
func (r *rings) session(pause time.Duration, do func(context.Context) error) {
	if r.err != nil {
		return
	}
	r.sessions++
	r.tap.take()
	ctx, cancel := context.WithTimeout(r.ctx, 2*time.Minute)
	defer cancel()
	begun := time.Now()
	if err := do(ctx); err != nil {
		r.err = fmt.Errorf("session %d: %w", r.sessions, err)
	}
	for _, f := range r.tap.settled() {
		if r.disguise {
			f.data = bytes.ReplaceAll(f.data, []byte("friendly-scanner"), []byte("Yealink SIP-T46S"))
		}
		r.frames = append(r.frames, frame{r.at.Add(f.at.Sub(begun)), f.data})
	}
	r.at = r.at.Add(max(pause, time.Since(begun)))
}

// tool runs a program in the world.
func (r *rings) tool(ctx context.Context, name string, args ...string) error {
	return r.world.Do(func() error {
		cmd := exec.CommandContext(ctx, name, args...)
		cmd.Dir = r.folder
		cmd.Env = append(os.Environ(), "HOME="+r.folder)
		out, err := cmd.CombinedOutput()
		var ended *exec.ExitError
		if errors.As(err, &ended) && ctx.Err() == nil {
			return nil // it was refused: these tools say so by their exit
		}
		if err != nil {
			return fmt.Errorf("%s: %w: %s", name, err, out)
		}
		return nil
	})
}

// play plays a scenario, and has what was heard judged.
func (s *telephoneScene) play(ctx context.Context, c telephoneScenario) outcome {
	r := &rings{telephoneScene: s, ctx: ctx, at: time.Date(2026, 3, 5, 9, 0, 0, 0, time.UTC)}
	c.play(r)
	o := outcome{part: "telephone", name: c.name, sessions: r.sessions, want: c.want}
	name := filepath.Join(s.folder, "heard.pcap")
	if o.err = errors.Join(r.err, writeCapture(name, r.frames)); o.err != nil {
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
	if c.want != "" && slices.Contains(o.found, c.want) { // who guesses passwords also looks for names, and is told of for both
		o.found = slices.DeleteFunc(o.found, func(k abri.Kind) bool { return k != c.want && (k == abri.SIPScan || k == abri.Bruteforce) })
	}
	return o
}
