package packet

import "testing"

func TestNames(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{ProtoName(1), "icmp"}, {ProtoName(6), "tcp"}, {ProtoName(17), "udp"}, {ProtoName(58), "ipv6-icmp"}, {ProtoName(132), "132"},
		{TCPFlags(0).String(), ""}, {(SYN | ACK).String(), "SYN+ACK"}, {TCPFlags(0xff).String(), "FIN+SYN+RST+PSH+ACK+URG+ECE+CWR"},
		{Ethernet.String(), "ethernet"}, {Loop.String(), "loop"}, {Link(0).String(), "link-0"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestHas(t *testing.T) {
	if !(SYN | ACK).Has(SYN) || (SYN).Has(SYN|ACK) || !SYN.Has(0) {
		t.Error("Has must want every bit, and no others")
	}
}

// TestLinkOf holds the numbers of the LINKTYPE registry, and that nothing else is taken for known.
func TestLinkOf(t *testing.T) {
	want := map[uint32]Link{
		0: Null, 1: Ethernet, 9: PPP, 12: RawIP, 14: RawIP, 50: PPP, 101: RawIP, 104: CiscoHDLC, 105: WiFi, 108: Loop, 113: LinuxSLL,
		127: Radiotap, 192: PPI, 228: RawIP, 229: RawIP, 239: NFLOG, 258: PKTAP, 276: LinuxSLL2,
	}
	for dlt := range uint32(1000) {
		link, ok := LinkOf(dlt)
		if known, listed := want[dlt]; link != known || ok != listed {
			t.Errorf("%d: got %v, %v, want %v, %v", dlt, link, ok, known, listed)
		}
	}
}
