package main

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"abri.example/abri/testnet"
)

// attackCase is one way to flood a machine of the town hall.
type attackCase struct {
	name   string
	slow   bool // it takes its time
	attack func(ctx context.Context, s *testnet.Scene, at testnet.Peer, v6 bool) error
}

// cases are all of them: own frames as fast as this machine can, and the usual tools. A forged flood has another made-up source
// each time, one from one source a single one.
var cases = func() []attackCase {
	var all []attackCase
	throw := func(name string, forged bool, floods ...testnet.Flood) {
		all = append(all, attackCase{name: name, attack: func(ctx context.Context, s *testnet.Scene, at testnet.Peer, v6 bool) error {
			_, err := s.Throw(ctx, floods, at, v6, forged, 0)
			return err
		}})
	}
	for _, f := range testnet.Floods {
		throw(f.Name+", forged", true, f)
		throw(f.Name+", one source", false, f)
	}
	throw("mixed, forged", true, testnet.Floods...)
	throw("mixed, one source", false, testnet.Floods...)
	return append(all,
		attackCase{name: "hping3 SYN, forged", attack: hping("--rand-source")},
		attackCase{name: "hping3 SYN, its own address", attack: hping()},
		attackCase{name: "trafgen UDP, forged", attack: trafgen},
		attackCase{name: "HTTP requests, its own address", attack: requests},
		attackCase{name: "slow HTTP (slowhttptest)", slow: true, attack: slowHTTP})
}()

func facing(at testnet.Peer, v6 bool) netip.Addr {
	if v6 {
		return at.V6
	}
	return at.V4
}

// hping has hping3 send SYNs; it knows IPv4 only.
func hping(more ...string) func(context.Context, *testnet.Scene, testnet.Peer, bool) error {
	return func(ctx context.Context, s *testnet.Scene, at testnet.Peer, v6 bool) error {
		if v6 {
			return fmt.Errorf("hping3 knows no IPv6: %w", errNoTool)
		}
		args := append([]string{"--flood", "-q", "-S", "-p", strconv.Itoa(testnet.WebPort)}, more...)
		return tool(ctx, s, "hping3", append(args, at.V4.String())...)
	}
}

// trafgen has netsniff-ng's trafgen send datagrams of 200 bytes from made-up addresses.
func trafgen(ctx context.Context, s *testnet.Scene, at testnet.Peer, v6 bool) error {
	own, router, err := s.Lair()
	if err != nil {
		return err
	}
	folder, err := os.MkdirTemp("", "abri-trafgen-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	file := filepath.Join(folder, "udp.cfg")
	if err := os.WriteFile(file, []byte(datagram(own, router, facing(at, v6))), 0o600); err != nil {
		return err
	}
	return tool(ctx, s, "trafgen", "--dev", "wan", "--conf", file, "--no-sock-mem", "--cpus", "1")
}

// datagram is a frame in trafgen's words: from anybody of 20.0.0.0/8 or 2a0c::/16, from and to any port.
func datagram(own, router net.HardwareAddr, to netip.Addr) string {
	const data = 172
	words := list(router) + list(own)
	if to.Is4() {
		words += fmt.Sprintf("c16(0x0800), 0x45, 0, c16(%d), drnd(2), 0, 0, 60, 17, csumip(14, 33), 20, drnd(3), %s", 28+data, list(to.AsSlice()))
		return fmt.Sprintf("{ %s drnd(2), drnd(2), c16(%d), c16(0), fill(0x78, %d) }\n", words, 8+data, data) // no sum: RFC 768
	}
	words += fmt.Sprintf("c16(0x86dd), 0x60, 0, 0, 0, c16(%d), 17, 60, 0x2a, 0x0c, drnd(6), fill(0, 8), %s", 8+data, list(to.AsSlice()))
	return fmt.Sprintf("{ %s drnd(2), drnd(2), c16(%d), csumudp6(14, 54), fill(0x78, %d) }\n", words, 8+data, data)
}

func list(b []byte) string {
	var words strings.Builder
	for _, x := range b {
		fmt.Fprintf(&words, "%d, ", x)
	}
	return words.String()
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
