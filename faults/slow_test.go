package faults

import (
	"context"
	"fmt"
	"net/netip"
	"os/exec"
	"testing"
	"time"

	"abri.example/abri"
	"abri.example/abri/testnet"
)

// A server with as many places as a small one has is kept busy by slowhttptest, in each of its ways, by IPv4 and IPv6: the
// connections that get nowhere are ended, no other is given, and visitors have room again, while a paper that is handed in
// slowly goes on. It is told as one attack, slow, with its sources as a number.
func TestSlowHTTPIsEnded(t *testing.T) {
	tool, err := exec.LookPath("slowhttptest")
	if err != nil {
		t.Skip("slowhttptest is not installed (Debian: slowhttptest)")
	}
	for _, way := range []struct {
		name     string
		families []int // 0 is IPv4
		args     []string
	}{
		{"headers", []int{0, 1}, []string{"-H", "-i", "4"}},
		{"body", []int{1}, []string{"-B", "-i", "4", "-s", "8192"}},
		{"read", []int{0}, []string{"-X", "-w", "512", "-y", "1024", "-n", "3", "-z", "32"}},
	} {
		t.Run(way.name, func(t *testing.T) {
			h := townHall(t, nil)
			site := h.Mail.Peer.SmallSite(smallPort, 120)
			for _, family := range way.families {
				h.slowly(site, netip.AddrPortFrom(h.Mail.Addresses()[family], smallPort), tool, way.args...)
			}
			slow := 0
			h.must(h.box.Stop())
			all, err := h.kept().Recent(t.Context(), 100)
			h.must(err)
			for _, a := range all {
				if a.Kind == abri.SlowDoS && a.Outcome == abri.Blocked && a.Sources == 1 {
					slow++
				}
			}
			if slow != len(way.families) {
				t.Errorf("%d slow attacks are kept that were stopped, want one for each address of the server: %+v", slow, all)
			}
		})
	}
}

const smallPort = 8080

// slowly has slowhttptest keep a site busy, until it is free again.
func (h town) slowly(site *testnet.SmallSite, at netip.AddrPort, tool string, way ...string) {
	h.Helper()
	args := append(way, "-c", "200", "-r", "100", "-l", "60", "-u", "http://"+at.String()+testnet.LargePage)
	p, err := h.Attackers[0].Host.Start(exec.Command(tool, args...))
	h.must(err)
	h.await(func() error {
		if n := site.Taken(); n < 60 {
			return fmt.Errorf("%s: %d places are taken", at, n)
		}
		return nil
	})
	ctx, stop := context.WithCancel(h.Context())
	paper := make(chan error, 1)
	go func() { paper <- h.Citizen.HandInSlowly(ctx, at) }()
	h.await(func() error {
		if n := site.Taken(); n > 20 {
			return fmt.Errorf("%s: %d places are taken still", at, n)
		}
		one, end := context.WithTimeout(ctx, 2*time.Second)
		defer end()
		_, err := h.Citizen.Fetch(one, at, "/")
		return err
	})
	stop()
	h.must(<-paper)
	_ = p.Stop() // its connections were reset, and it says so
}
