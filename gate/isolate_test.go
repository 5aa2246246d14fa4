package gate

import (
	"net"
	"net/netip"
	"testing"

	"abri.example/abri"
)

// An isolated device reaches its repairs only, in each mode, by whichever of its addresses, and whoever trusts it.
func TestIsolated(t *testing.T) {
	for _, mode := range []abri.Mode{abri.Observe, abri.Protect} {
		b := newBench(t, mode)
		addr, p := netip.MustParseAddr, netip.MustParsePrefix
		b.do(b.Own([]netip.Addr{addr("192.168.1.250")}))
		b.do(b.Trust(p("192.168.1.66/32"), 0))
		udp := func(src, dst string, dport uint16) frame {
			return frame{src: src, dst: dst, proto: protoUDP, sport: 4000, dport: dport}
		}
		back := func(src, dst string, sport uint16) frame {
			return frame{src: src, dst: dst, proto: protoUDP, sport: sport, dport: 4000}
		}
		b.do(b.Isolate(Isolation{
			Addresses: []netip.Addr{addr("192.168.1.66")},
			Repairs:   []Repair{{p("9.9.9.9/32"), 53}, {p("80.5.0.0/24"), 0}},
		}))
		try := func(name string, side int, f frame, want Reason) {
			t.Helper()
			if got := b.run(side, f.bytes()); got != want {
				t.Errorf("%s, %s: %v, want %v", mode, name, got, want)
			}
		}
		try("to anywhere", in, udp("192.168.1.66", "80.1.1.1", 443), DropIsolated)
		try("from anywhere", out, udp("80.1.1.1", "192.168.1.66", 443), DropIsolated)
		try("a fragment", in, frame{src: "192.168.1.66", dst: "80.1.1.1", proto: protoUDP, offset: 9}, DropIsolated)
		try("to the resolver", in, udp("192.168.1.66", "9.9.9.9", 53), PassTrusted)
		try("from the resolver", out, back("9.9.9.9", "192.168.1.66", 53), PassTrusted)
		try("to another door of the resolver", in, udp("192.168.1.66", "9.9.9.9", 443), DropIsolated)
		try("to the updates", in, udp("192.168.1.66", "80.5.0.7", 443), PassTrusted)
		try("to the box", in, udp("192.168.1.66", "192.168.1.250", 8080), PassTrusted)
		try("it asks for an address", in, udp("192.168.1.66", "192.168.1.1", 67), PassTrusted)
		try("another device", in, udp("192.168.1.67", "80.1.1.1", 443), Pass)

		// The frames of this bench come from the card 02:00:00:00:00:01 and go to 02:00:00:00:00:02.
		for _, c := range []string{"02:00:00:00:00:01", "02:00:00:00:00:02"} {
			mac, err := net.ParseMAC(c)
			b.do(err)
			b.do(b.Isolate(Isolation{Cards: []net.HardwareAddr{mac}, Repairs: []Repair{{p("9.9.9.9/32"), 53}}}))
			try("by its card "+c, in, udp("192.168.1.67", "80.1.1.1", 443), DropIsolated)
			try("by its card "+c+", IPv6", in, udp("2a01:e0a::9", "2a0b::1", 443), DropIsolated)
			far := udp("192.168.1.67", "9.9.9.9", 53)
			if c == "02:00:00:00:00:02" { // it is the one that is spoken to
				far = back("9.9.9.9", "192.168.1.67", 53)
			}
			try("by its card "+c+", to the resolver", in, far, Pass)
		}
		arp := append([]byte{2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 6}, make([]byte, 46)...)
		if got := b.run(in, arp); got != PassNonIP {
			t.Errorf("ARP: %v", got)
		}
		strange := append([]byte{2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 0x88, 0xb5}, make([]byte, 46)...)
		if got := b.run(in, strange); got != DropIsolated {
			t.Errorf("another protocol of Ethernet: %v", got)
		}
		b.do(b.Isolate(Isolation{}))
		try("let go of", in, udp("192.168.1.67", "80.1.1.1", 443), Pass)
		if err := b.Isolate(Isolation{Cards: []net.HardwareAddr{{1, 2}}}); abri.CodeOf(err) != abri.CodeInvalid {
			t.Errorf("half a card: %v", err)
		}
	}
}
