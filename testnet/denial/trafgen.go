package main

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"abri.example/abri/testnet"
)

// trafgen has netsniff-ng's trafgen send datagrams of 200 bytes from made-up addresses.
func trafgen(ctx context.Context, s *testnet.Scene, at testnet.Peer, v6 bool) error {
	return generate(ctx, s, func(own, router net.HardwareAddr) string {
		return datagram(own, router, facing(at, v6))
	})
}

// amplified has servers all over the Internet asked in the name of the machine, so that they answer it.
func amplified(ctx context.Context, s *testnet.Scene, at testnet.Peer, v6 bool) error {
	servers := s.Amplifiers()
	self, err := os.Executable()
	if err != nil {
		return err
	}
	p, err := servers[0].Host.Start(exec.Command("nice", "-n", "19", self, "-amplify"))
	if err != nil {
		return err
	}
	err = generate(ctx, s, func(own, router net.HardwareAddr) string {
		return questions(own, router, servers, facing(at, v6))
	})
	_ = p.Stop()
	return err
}

// generate has trafgen send frames, described in its words, by the criminals' cable.
func generate(ctx context.Context, s *testnet.Scene, frames func(own, router net.HardwareAddr) string) error {
	own, router, err := s.Lair()
	if err != nil {
		return err
	}
	folder, err := os.MkdirTemp("", "abri-trafgen-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	file := filepath.Join(folder, "frames.cfg")
	if err := os.WriteFile(file, []byte(frames(own, router)), 0o600); err != nil {
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

// questions are the frames that ask each amplifier in turn, and one that asks it for a connection, in somebody's name.
func questions(own, router net.HardwareAddr, of []testnet.Peer, victim netip.Addr) string {
	var all strings.Builder
	frame := func(proto int, sum string, segment string, length int) {
		from, to := victim.AsSlice(), of[0].V4.AsSlice()
		head := fmt.Sprintf("c16(0x0800), 0x45, 0, c16(%d), drnd(2), 0, 0, 60, %d, csumip(14, 33), ", 20+length, proto)
		if victim.Is6() {
			to = of[0].V6.AsSlice()
			head = fmt.Sprintf("c16(0x86dd), 0x60, 0, 0, 0, c16(%d), %d, 60, ", length, proto)
		}
		to = to[:len(to)-1] // the last byte is the amplifier's number
		fmt.Fprintf(&all, "{ %s%s%s%s%sdinc(1, %d), %s }\n", list(router), list(own), head, list(from), list(to), len(of), fmt.Sprintf(segment, sum))
	}
	udp, tcp := "c16(0)", "csumtcp(14, 34)"
	if victim.Is6() {
		udp, tcp = "csumudp6(14, 54)", "csumtcp6(14, 54)"
	}
	for _, k := range amplifiers {
		n := 8 + len(k.ask)
		frame(17, udp, fmt.Sprintf("drnd(2), c16(%d), c16(%d), %%s, %s", k.port, n, strings.TrimSuffix(list([]byte(k.ask)), ", ")), n)
	}
	frame(6, tcp, fmt.Sprintf("drnd(2), c16(%d), drnd(4), 0, 0, 0, 0, 0x50, 0x02, 0xff, 0xff, %%s, 0, 0", reflectorPort), 20)
	return all.String()
}

func list(b []byte) string {
	var words strings.Builder
	for _, x := range b {
		fmt.Fprintf(&words, "%d, ", x)
	}
	return words.String()
}
