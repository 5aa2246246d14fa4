package main

import (
	_ "embed"
	"fmt"
	"os"
	"os/exec"
	"strings"

	"abri.example/abri/testnet"
)

// defence is what stands in the box's place. The box that it raises is nil where there is none.
type defence struct {
	name  string
	raise func(*bench, *testnet.Scene) (*testnet.Box, error)
}

var defences = []defence{
	{"none", func(_ *bench, s *testnet.Scene) (*testnet.Box, error) { return nil, bare(s) }},
	{"nftables", func(_ *bench, s *testnet.Scene) (*testnet.Box, error) { return nil, firewall(s) }},
	{"abri", func(b *bench, s *testnet.Scene) (*testnet.Box, error) {
		box := s.NewBox(b.program, s.BoxFile())
		if err := box.Start(); err != nil {
			return nil, err
		}
		_, err := box.Ready(b.ctx)
		return box, err
	}},
}

// bare puts a plain bridge there.
func bare(s *testnet.Scene) error {
	s.Box.Switch(testnet.OutsidePort, testnet.InsidePort)
	return nil
}

// limits are nftables' rules as an expert writes them.
//
//go:embed limits.nft
var limits string

// firewall is a bridge with these limits. A bridge's packets are followed as conversations by br_netfilter, since most kernels,
// and Debian's, do not follow them by themselves (CONFIG_NF_CONNTRACK_BRIDGE).
func firewall(s *testnet.Scene) error {
	path, err := exec.LookPath("nft")
	if err != nil {
		return fmt.Errorf("nft: %w", errNoTool)
	}
	if err := bare(s); err != nil {
		return err
	}
	_ = exec.Command("modprobe", "br_netfilter").Run() // a kernel that has it within needs none
	return s.Box.Do(func() error {
		for _, family := range []string{"iptables", "ip6tables"} {
			if err := os.WriteFile("/proc/sys/net/bridge/bridge-nf-call-"+family, []byte("1"), 0); err != nil {
				return fmt.Errorf("this kernel has no br_netfilter, without which nftables follows no conversation on a bridge: %w", err)
			}
		}
		cmd := exec.Command(path, "-f", "-")
		cmd.Stdin = strings.NewReader(limits)
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("nft: %w: %s", err, out)
		}
		return nil
	})
}
