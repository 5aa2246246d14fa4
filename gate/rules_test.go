package gate

import (
	"net/netip"
	"testing"

	"abri.example/abri"
)

const (
	out = int(abri.Outside)
	in  = int(abri.Inside)
)

// TestLists puts every list rule to both families, sides, ends and modes.
func TestLists(t *testing.T) {
	for _, mode := range []abri.Mode{abri.Observe, abri.Protect} {
		b := newBench(t, mode)
		b.lists("45.9.20.0/24", "45.9.21.7/32", "2a0b:1::/32", "2a0b:2::7/128")
		shift := Reason(0)
		if mode == abri.Observe {
			shift = DropListSrc - WouldListSrc
		}
		for _, c := range []struct {
			name     string
			side     int
			src, dst string
			want     Reason
		}{
			{"in, listed source", out, "45.9.20.1", "192.168.1.2", DropListSrc - shift},
			{"in, single address", out, "45.9.21.7", "192.168.1.2", DropListSrc - shift},
			{"in, its neighbour", out, "45.9.21.8", "192.168.1.2", Pass},
			{"in, listed destination", out, "192.168.1.2", "45.9.20.255", DropListDst - shift},
			{"out, listed destination", in, "192.168.1.2", "45.9.20.1", DropListDst - shift},
			{"out, listed source", in, "45.9.20.1", "192.168.1.2", DropListSrc - shift},
			{"own, listed destination", sideBox, "192.168.1.9", "45.9.21.7", DropListDst - shift},
			{"in 6, listed source", out, "2a0b:1:ffff::1", "2a01:e0a::2", DropListSrc - shift},
			{"in 6, single address", out, "2a0b:2::7", "2a01:e0a::2", DropListSrc - shift},
			{"in 6, its neighbour", out, "2a0b:2::6", "2a01:e0a::2", Pass},
			{"out 6, listed destination", in, "2a01:e0a::2", "2a0b:1::", DropListDst - shift},
			{"own 6, listed destination", sideBox, "2a01:e0a::9", "2a0b:2::7", DropListDst - shift},
			{"link-local 6", in, "fe80::1", "ff02::1", Pass},
		} {
			if got := b.run(c.side, (frame{src: c.src, dst: c.dst, proto: protoUDP, sport: 5, dport: 6}).bytes()); got != c.want {
				t.Errorf("%s, %s: %v, want %v", mode, c.name, got, c.want)
			}
		}
	}
}

// TestShapes hides a listed source behind everything that is unwrapped, and behind what is not.
func TestShapes(t *testing.T) {
	b := newBench(t, abri.Protect)
	b.lists("45.9.20.0/24", "2a0b:1::/32")
	v4 := frame{src: "45.9.20.1", dst: "192.168.1.2", proto: protoTCP, sport: 1, dport: 80, flags: syn}
	v6 := frame{src: "2a0b:1::1", dst: "2a01:e0a::2", proto: protoTCP, sport: 1, dport: 80, flags: syn}
	for _, c := range []struct {
		name string
		want Reason
		edit func(*frame)
	}{
		{"plain", DropListSrc, func(*frame) {}},
		{"one tag", DropListSrc, func(f *frame) { f.tags = []uint16{0x8100} }},
		{"two tags", DropListSrc, func(f *frame) { f.tags = []uint16{0x88a8, 0x8100} }},
		{"old QinQ", DropListSrc, func(f *frame) { f.tags = []uint16{0x9100, 0x8100} }},
		{"three tags", PassNonIP, func(f *frame) { f.tags = []uint16{0x8100, 0x8100, 0x8100} }},
		{"PPPoE", DropListSrc, func(f *frame) { f.pppoe = true }},
		{"PPPoE in a tag", DropListSrc, func(f *frame) { f.pppoe, f.tags = true, []uint16{0x8100} }},
		{"options", DropListSrc, func(f *frame) { f.options = 10 }},
		{"extensions", DropListSrc, func(f *frame) { f.extensions = []uint8{0, 60, 43, 51, 60, 60} }},
		{"seven extensions", DropListSrc, func(f *frame) { f.extensions = []uint8{0, 60, 43, 51, 60, 60, 60} }},
		{"first fragment", DropListSrc, func(f *frame) { f.more = true }},
		{"later fragment", DropListSrc, func(f *frame) { f.offset = 100 }},
		{"cut", DropListSrc, func(f *frame) { f.cut = 3 }},
		{"GRE", DropListSrc, func(f *frame) { f.proto = protoGRE }},
		{"jumbo", DropListSrc, func(f *frame) { f.payload = 3000 }},
	} {
		for _, f := range []frame{v4, v6} {
			c.edit(&f)
			if got := b.run(out, f.bytes()); got != c.want {
				t.Errorf("%s, from %s: %v, want %v", c.name, f.src, got, c.want)
			}
		}
	}
	arp := append([]byte{255, 255, 255, 255, 255, 255, 2, 0, 0, 0, 0, 1, 8, 6}, make([]byte, 46)...)
	if got := b.run(out, arp); got != PassNonIP {
		t.Errorf("ARP: %v", got)
	}
	short := v4.bytes()[:30]
	if got := b.run(out, short); got != PassNonIP {
		t.Errorf("cut IPv4 header: %v", got)
	}
}

// TestChoices is the order of checks: trusted, bans, exempt, lists.
func TestChoices(t *testing.T) {
	b := newBench(t, abri.Protect)
	b.lists("45.9.20.0/24", "45.9.30.0/24", "2a0b:1::/32")
	p := netip.MustParsePrefix
	past := Monotonic() - 1
	try := func(step string, src, dst string, want Reason) {
		t.Helper()
		if got := b.run(out, (frame{src: src, dst: dst, proto: protoTCP, sport: 9, dport: 80, flags: syn}).bytes()); got != want {
			t.Errorf("%s: %v, want %v", step, got, want)
		}
	}
	b.do(b.Exempt(p("45.9.20.5/32"), 0))
	try("exempt source", "45.9.20.5", "192.168.1.2", PassExempt)
	try("exempt source, listed destination", "45.9.20.5", "45.9.30.1", DropListDst)
	try("listed source, exempt destination", "45.9.30.1", "45.9.20.5", DropListSrc)
	b.do(b.Ban(p("45.9.20.5/32"), 0))
	try("banned although exempt", "45.9.20.5", "192.168.1.2", DropBan)
	try("banned destination", "192.168.1.2", "45.9.20.5", DropBan)
	b.do(b.Trust(p("45.9.20.0/28"), 0))
	try("trusted although banned", "45.9.20.5", "192.168.1.2", PassTrusted)
	try("trusted destination", "192.168.1.2", "45.9.20.5", PassTrusted)
	b.do(b.Untrust(p("45.9.20.0/28")))
	b.do(b.Unban(p("45.9.20.5/32")))
	b.do(b.Unexempt(p("45.9.20.5/32")))
	try("nothing left", "45.9.20.5", "192.168.1.2", DropListSrc)
	b.do(b.Ban(p("80.1.0.0/16"), 0))
	try("banned network", "80.1.2.3", "192.168.1.2", DropBan)
	b.do(b.Ban(p("2a0c:5:5:5::/64"), 0))
	try("banned /64", "2a0c:5:5:5:1:2:3:4", "2a01:e0a::2", DropBan)
	try("beside the /64", "2a0c:5:5:6::1", "2a01:e0a::2", Pass)
	b.do(b.Ban(p("2a0c:6::1/128"), 0))
	try("banned IPv6 address", "2a0c:6::1", "2a01:e0a::2", DropBan)
	b.do(b.Ban(p("2a0c:7::/48"), 0))
	try("banned IPv6 network", "2a0c:7::1", "2a01:e0a::2", DropBan)
	b.do(b.Exempt(p("2a0b:1:1::/48"), 0))
	try("exempt IPv6", "2a0b:1:1::5", "2a01:e0a::2", PassExempt)
	b.do(b.Ban(p("80.2.0.1/32"), past))
	try("ended ban", "80.2.0.1", "192.168.1.2", Pass)
	b.do(b.Exempt(p("2a0b:1:1::/48"), past))
	try("ended exemption", "2a0b:1:1::5", "2a01:e0a::2", DropListSrc)
	b.do(b.Trust(p("45.9.30.0/24"), Monotonic()+1e15))
	try("trust to come to an end", "45.9.30.9", "192.168.1.2", PassTrusted)
	b.do(b.SetMode(abri.Observe))
	try("ban while watching", "80.1.2.3", "192.168.1.2", WouldBan)
	b.do(b.Purge(Monotonic()))
	bans, err := b.Bans()
	b.do(err)
	if len(bans) != 4 {
		t.Errorf("%d bans after the purge, want 4: %v", len(bans), bans)
	}
}

// TestChoicesOfEveryLength asks at the edges of a ban, a trust and an exemption of each length, alone in its set. All are
// listed, together with their neighbours.
func TestChoicesOfEveryLength(t *testing.T) {
	b := newBench(t, abri.Protect)
	list := everyPrefix()
	for _, s := range everyPrefix() {
		_, outside := edges(netip.MustParsePrefix(s))
		for _, a := range outside {
			list = append(list, netip.PrefixFrom(a, a.BitLen()).String())
		}
	}
	b.lists(list...)
	for _, c := range []struct {
		name   string
		put    func(netip.Prefix, int64) error
		remove func(netip.Prefix) error
		want   Reason
	}{
		{"ban", b.Ban, b.Unban, DropBan}, {"trust", b.Trust, b.Untrust, PassTrusted}, {"exemption", b.Exempt, b.Unexempt, PassExempt},
	} {
		for _, s := range everyPrefix() {
			p := netip.MustParsePrefix(s)
			b.do(c.put(p, 0))
			inside, outside := edges(p)
			for _, a := range append(inside, outside...) {
				f, want := frame{src: a.String(), dst: "80.1.1.1", proto: protoUDP}, DropListSrc
				if f.is6() {
					f.dst = "2a01:e0a::1"
				}
				if p.Contains(a) {
					want = c.want
				}
				if got := b.run(out, f.bytes()); got != want {
					t.Errorf("%s of %s, %s: %v, want %v", c.name, s, a, got, want)
				}
			}
			b.do(c.remove(p))
		}
	}
}
