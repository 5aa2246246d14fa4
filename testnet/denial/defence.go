package main

import (
	"fmt"
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
	{"nftables", func(b *bench, s *testnet.Scene) (*testnet.Box, error) { return nil, b.firewall(s) }},
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

// firewall is a bridge with the limits that an expert writes: conversations pass, the rest is limited by source and in all.
func (b *bench) firewall(s *testnet.Scene) error {
	if err := bare(s); err != nil {
		return err
	}
	path, err := exec.LookPath("nft")
	if err != nil {
		return fmt.Errorf("nft: %w", errNoTool)
	}
	return s.Box.Do(func() error {
		load := func(rules string) error {
			cmd := exec.Command(path, "-f", "-")
			cmd.Stdin = strings.NewReader(rules)
			if out, err := cmd.CombinedOutput(); err != nil {
				return fmt.Errorf("nft: %w: %s", err, out)
			}
			return nil
		}
		if load(limits) == nil {
			return nil
		}
		b.notes = append(b.notes, "nftables: this kernel follows no conversations on a bridge (CONFIG_NF_CONNTRACK_BRIDGE is not set), so its limits are without: of packets in conversations none is spared")
		return load(unfollowed())
	})
}

// unfollowed are the limits without what needs the kernel to follow conversations.
func unfollowed() string {
	var rules strings.Builder
	for line := range strings.Lines(limits) {
		if !strings.Contains(line, "ct state") {
			rules.WriteString(line)
		}
	}
	return rules.String()
}

const limits = `
table bridge limits {
	set talkers4 { type ipv4_addr; flags dynamic, timeout; timeout 10s; size 65535; }
	set talkers6 { type ipv6_addr; flags dynamic, timeout; timeout 10s; size 65535; }
	chain forward {
		type filter hook forward priority 0; policy accept;
		iifname != "outside" accept
		ether type arp accept
		ct state established,related accept
		ip frag-off & 0x1fff != 0 limit rate over 1000/second burst 2000 packets drop
		exthdr frag exists limit rate over 1000/second burst 2000 packets drop
		tcp flags & (fin|syn|rst|ack) != syn ct state new limit rate over 300/second burst 600 packets drop
		tcp flags & (fin|syn|rst|ack) == syn add @talkers4 { ip saddr limit rate over 50/second burst 100 packets } drop
		tcp flags & (fin|syn|rst|ack) == syn add @talkers6 { ip6 saddr limit rate over 50/second burst 100 packets } drop
		tcp flags & (fin|syn|rst|ack) == syn limit rate over 200/second burst 400 packets drop
		udp sport { 19, 53, 123, 161, 389, 1900, 3702, 11211 } limit rate over 100/second burst 200 packets drop
		udp dport 53 limit rate over 500/second burst 1000 packets drop
		meta l4proto udp limit rate over 2000/second burst 4000 packets drop
		icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert, nd-router-advert, nd-router-solicit } accept
		meta l4proto { icmp, ipv6-icmp } limit rate over 100/second burst 200 packets drop
	}
}
`
