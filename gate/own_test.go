package gate

import (
	"bytes"
	"net/netip"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"abri.example/abri"
)

// TestOwn is the rule that guards the box itself, in both modes.
func TestOwn(t *testing.T) {
	const box, far = "192.168.1.9", "80.3.3.3"
	const box6, far6 = "2a01:e0a::9", "2a0c:3::3"
	b := newBench(t, abri.Observe)
	b.do(b.Own([]netip.Addr{netip.MustParseAddr(box), netip.MustParseAddr(box6)}))
	for _, c := range []struct {
		name string
		side int
		f    frame
		want Reason
	}{
		{"SYN", out, frame{src: far, dst: box, proto: protoTCP, sport: 7, dport: 443, flags: syn}, DropOwn},
		{"SYN 6", out, frame{src: far6, dst: box6, proto: protoTCP, sport: 7, dport: 443, flags: syn}, DropOwn},
		{"SYN to another", out, frame{src: far, dst: "192.168.1.2", proto: protoTCP, sport: 7, dport: 443, flags: syn}, Pass},
		{"SYN from inside", in, frame{src: "192.168.1.2", dst: box, proto: protoTCP, sport: 7, dport: 443, flags: syn}, Pass},
		{"stray ACK", out, frame{src: far, dst: box, proto: protoTCP, sport: 7, dport: 443, flags: ack}, Pass},
		{"SYN after it", out, frame{src: far, dst: box, proto: protoTCP, sport: 7, dport: 443, flags: syn}, DropOwn},
		{"TCP fragment", out, frame{src: far, dst: box, proto: protoTCP, sport: 7, dport: 443, flags: syn, more: true, cut: 8}, DropOwn},
		{"later TCP fragment", out, frame{src: far, dst: box, proto: protoTCP, offset: 1}, DropOwn},
		{"UDP", out, frame{src: far, dst: box, proto: protoUDP, sport: 53, dport: 123}, DropOwn},
		{"own UDP", sideBox, frame{src: box, dst: far, proto: protoUDP, sport: 123, dport: 53}, Pass},
		{"its answer", out, frame{src: far, dst: box, proto: protoUDP, sport: 53, dport: 123}, Pass},
		{"DHCP", out, frame{src: far, dst: box, proto: protoUDP, sport: 67, dport: 68}, Pass},
		{"DHCPv6", out, frame{src: far6, dst: box6, proto: protoUDP, sport: 547, dport: 546}, Pass},
		{"echo", out, frame{src: far, dst: box, proto: protoICMP, icmp: 8}, DropOwn},
		{"unreachable", out, frame{src: far, dst: box, proto: protoICMP, icmp: 3}, Pass},
		{"echo 6", out, frame{src: far6, dst: box6, proto: protoICMPv6, icmp: 128}, DropOwn},
		{"neighbour", out, frame{src: far6, dst: box6, proto: protoICMPv6, icmp: 135}, Pass},
		{"too big", out, frame{src: far6, dst: box6, proto: protoICMPv6, icmp: 2}, Pass},
		{"GRE", out, frame{src: far, dst: box, proto: protoGRE}, DropOwn},
		{"own TCP", sideBox, frame{src: box, dst: far, proto: protoTCP, sport: 50, dport: 80, flags: syn}, Pass},
		{"its SYN+ACK", out, frame{src: far, dst: box, proto: protoTCP, sport: 80, dport: 50, flags: syn | ack}, Pass},
	} {
		if got := b.run(c.side, c.f.bytes()); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
	sliver := frame{src: far, dst: box, proto: protoTCP, sport: 7, dport: 443, flags: syn, more: true, cut: 8}.bytes()
	for _, filling := range []byte{0, ack} { // which the wire adds up to 60 bytes, or who sends it
		padded := append(slices.Clone(sliver), bytes.Repeat([]byte{filling}, 18)...)
		if got := b.run(out, padded); got != DropOwn {
			t.Errorf("TCP fragment that ends before its flags, filled with %#x: %v", filling, got)
		}
	}
	b.do(b.Trust(netip.MustParsePrefix("80.3.3.3/32"), 0))
	if got := b.run(out, (frame{src: far, dst: box, proto: protoTCP, sport: 7, dport: 22, flags: syn}).bytes()); got != PassTrusted {
		t.Errorf("trusted SYN: %v", got)
	}
	b.do(b.Own(nil))
	if got := b.run(out, (frame{src: "80.3.3.4", dst: box, proto: protoTCP, sport: 7, dport: 22, flags: syn}).bytes()); got != Pass {
		t.Errorf("SYN to what is no longer own: %v", got)
	}
}

// TestAway is what the gate does when nobody feeds its heart.
func TestAway(t *testing.T) {
	b := newBench(t, abri.Protect)
	b.lists("45.9.20.0/24")
	b.do(b.Own([]netip.Addr{netip.MustParseAddr("192.168.1.9")}))
	listed := frame{src: "45.9.20.1", dst: "192.168.1.2", proto: protoTCP, sport: 1, dport: 80, flags: syn}
	honest := frame{src: "80.1.1.1", dst: "192.168.1.2", proto: protoTCP, sport: 1, dport: 80, flags: syn}
	own := frame{src: "80.1.1.1", dst: "192.168.1.9", proto: protoTCP, sport: 1, dport: 80, flags: syn}
	arp := append([]byte{255, 255, 255, 255, 255, 255, 2, 0, 0, 0, 0, 1, 8, 6}, make([]byte, 46)...)
	lldp := append([]byte{1, 0x80, 0xc2, 0, 0, 14, 2, 0, 0, 0, 0, 1, 0x88, 0xcc}, make([]byte, 46)...)
	dhcp := frame{src: "0.0.0.0", dst: "255.255.255.255", proto: protoUDP, sport: 68, dport: 67}
	try := func(step string, data []byte, want Reason) {
		t.Helper()
		if got := b.run(out, data); got != want {
			t.Errorf("%s: %v, want %v", step, got, want)
		}
	}
	b.do(b.Beat(Monotonic() - int64(4*time.Second)))
	b.copies()
	try("4 s, listed", listed.bytes(), DropListSrc)
	try("4 s, honest", honest.bytes(), Pass)
	if n := len(b.copies()); n != 0 {
		t.Errorf("4 s without an agent: %d copies", n)
	}
	atomic.StoreUint64(&b.control.at.Grace, uint64(5*time.Second))
	b.do(b.Beat(Monotonic() - int64(6*time.Second)))
	try("open, listed", listed.bytes(), PassOpen)
	try("open, own", own.bytes(), DropOwn)
	try("open, ARP", arp, PassOpen)
	atomic.StoreUint32(&b.control.at.FailClosed, 1)
	try("closed, honest", honest.bytes(), DropClosed)
	try("closed, ARP", arp, PassOpen)
	try("closed, LLDP", lldp, DropClosed)
	try("closed, DHCP", dhcp.bytes(), PassOpen)
	try("closed, neighbour", (frame{src: "fe80::1", dst: "ff02::1", proto: protoICMPv6, icmp: 134}).bytes(), PassOpen)
	b.do(b.Beat(Monotonic()))
	try("back, listed", listed.bytes(), DropListSrc)
	try("back, honest", honest.bytes(), Pass)
}
