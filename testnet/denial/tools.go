package main

import (
	"context"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"strconv"
	"time"

	"abri.example/abri/testnet"
)

// hping has hping3 send SYNs, by IPv4.
func hping(more ...string) func(context.Context, *testnet.Scene, testnet.Peer, bool) error {
	return func(ctx context.Context, s *testnet.Scene, at testnet.Peer, _ bool) error {
		args := append([]string{"--flood", "-q", "-S", "-p", strconv.Itoa(testnet.WebPort)}, more...)
		return tool(ctx, s, "hping3", append(args, at.V4.String())...)
	}
}

// slowHTTP has slowhttptest open a thousand connections and never end its requests.
func slowHTTP(ctx context.Context, s *testnet.Scene, at testnet.Peer, v6 bool) error {
	url := "http://" + netip.AddrPortFrom(facing(at, v6), testnet.WebPort).String() + "/"
	return tool(ctx, s, "slowhttptest", "-H", "-c", "1000", "-r", "200", "-i", "5", "-l", "60", "-u", url)
}

// requests has this program ask for the page over and over (ask.go), each time by a connection of its own.
func requests(ctx context.Context, s *testnet.Scene, at testnet.Peer, v6 bool) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	return tool(ctx, s, self, "-ask", netip.AddrPortFrom(facing(at, v6), testnet.WebPort).String())
}

// tool runs a program on the criminals' host until ctx ends, at the lowest priority: on the Internet they have machines of
// their own.
func tool(ctx context.Context, s *testnet.Scene, name string, args ...string) error {
	path, err := exec.LookPath(name)
	if err != nil {
		return fmt.Errorf("%s: %w", name, errNoTool)
	}
	p, err := s.Attackers[0].Host.Start(exec.Command("nice", append([]string{"-n", "19", path}, args...)...))
	if err != nil {
		return err
	}
	select {
	case <-ctx.Done():
	case <-p.Done():
		if left := until(ctx); left > time.Second && p.Err() != nil {
			return fmt.Errorf("%s ended %s too early: %w", name, left.Round(time.Second), p.Err())
		}
	}
	_ = p.Stop() // asked to end, tools say so by an exit code of their own
	return nil
}

func until(ctx context.Context) time.Duration {
	at, _ := ctx.Deadline()
	return time.Until(at)
}
