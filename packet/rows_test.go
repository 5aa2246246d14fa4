package packet

import "net/netip"

var (
	data = []byte("hello")
	snap = []byte{0xaa, 0xaa, 3, 0, 0, 0, 8, 0}
)

// frames is one frame of every kind that packet reads, and what is told of it.
var frames = []struct {
	name  string
	link  Link
	frame []byte
	want  string
}{
	{"tcp", Ethernet, ethernetFrame(0x0800, ipv4Packet(6, 0, nil, tcpSegment(SYN, make([]byte, 20), nil))),
		"198.51.100.7:40000 > 192.168.1.10:443 tcp SYN seq 1000 ack 2000 window 512 ttl 64 length 60 data 0"},
	{"tcp data, padded", Ethernet, join(ethernetFrame(0x0800, ipv4Packet(6, 0, nil, tcpSegment(PSH|ACK, nil, data))), make([]byte, 9)),
		"198.51.100.7:40000 > 192.168.1.10:443 tcp PSH+ACK seq 1000 ack 2000 window 512 ttl 64 length 45 data 5 hello"},
	{"ipv4 options", Ethernet, ethernetFrame(0x0800, ipv4Packet(17, 0, make([]byte, 12), udpDatagram(data))),
		"198.51.100.7:5353 > 192.168.1.10:53 udp ttl 64 length 45 data 5 hello"},
	{"icmp", Ethernet, ethernetFrame(0x0800, ipv4Packet(1, 0, nil, icmpMessage(3, 1, data))),
		"198.51.100.7:0 > 192.168.1.10:0 icmp 3/1 ttl 64 length 33 data 5 hello"},
	{"gre is not looked into", Ethernet, ethernetFrame(0x0800, ipv4Packet(47, 0, nil, data)),
		"198.51.100.7:0 > 192.168.1.10:0 47 ttl 64 length 25 data 5 hello"},
	{"udp6", Ethernet, ethernetFrame(0x86dd, ipv6Packet(17, udpDatagram(data))),
		"[2001:db8::7]:5353 > [fd00::10]:53 udp ttl 57 length 53 data 5 hello"},
	{"icmp6", Ethernet, ethernetFrame(0x86dd, ipv6Packet(58, icmpMessage(128, 0, data))),
		"[2001:db8::7]:0 > [fd00::10]:0 ipv6-icmp 128/0 ttl 57 length 53 data 5 hello"},
	{"six extension headers", Ethernet, ethernetFrame(0x86dd, ipv6Packet(0, extensionHeader(60, extensionHeader(43,
		join([]byte{51, 0, 0, 0, 0, 0, 0, 0}, []byte{60, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0},
			extensionHeader(60, extensionHeader(17, udpDatagram(data)))))))),
		"[2001:db8::7]:5353 > [fd00::10]:53 udp ttl 57 length 105 data 5 hello"},
	{"seven are not walked", Ethernet, ethernetFrame(0x86dd, ipv6Packet(60, extensionHeader(60, extensionHeader(60, extensionHeader(60,
		extensionHeader(60, extensionHeader(60, extensionHeader(60, extensionHeader(17, udpDatagram(data)))))))))),
		"[2001:db8::7]:0 > [fd00::10]:0 60 ttl 57 length 109 data 21"},
	{"first fragment", Ethernet, ethernetFrame(0x0800, ipv4Packet(17, 0x2000, nil, udpDatagram(data))),
		"198.51.100.7:5353 > 192.168.1.10:53 udp ttl 64 length 33 data 5 hello fragment first 77 at 8"},
	{"later fragment", Ethernet, ethernetFrame(0x0800, ipv4Packet(17, 0x2000|2, nil, data)),
		"198.51.100.7:0 > 192.168.1.10:0 udp ttl 64 length 25 data 5 hello fragment later, more 77 at 16"},
	{"last fragment", Ethernet, ethernetFrame(0x0800, ipv4Packet(6, 2, nil, data)),
		"198.51.100.7:0 > 192.168.1.10:0 tcp ttl 64 length 25 data 5 hello fragment last 77 at 16"},
	{"first fragment of ipv6", Ethernet, ethernetFrame(0x86dd, ipv6Packet(44, fragmentHeader(17, 0, 1, udpDatagram(data)))),
		"[2001:db8::7]:5353 > [fd00::10]:53 udp ttl 57 length 61 data 5 hello fragment first 2882400001 at 8"},
	{"last fragment of ipv6", Ethernet, ethernetFrame(0x86dd, ipv6Packet(44, fragmentHeader(60, 3, 0, extensionHeader(17, data)))),
		"[2001:db8::7]:0 > [fd00::10]:0 60 ttl 57 length 61 data 13 fragment last 2882400001 at 24"},
	{"atomic fragment", Ethernet, ethernetFrame(0x86dd, ipv6Packet(44, fragmentHeader(17, 0, 0, udpDatagram(data)))),
		"[2001:db8::7]:5353 > [fd00::10]:53 udp ttl 57 length 61 data 5 hello"},
	{"vlan", Ethernet, ethernetFrame(0x8100, vlanTag(12, 0x0800, ipv4Packet(17, 0, nil, udpDatagram(data)))),
		"vlan 12 198.51.100.7:5353 > 192.168.1.10:53 udp ttl 64 length 33 data 5 hello"},
	{"qinq", Ethernet, ethernetFrame(0x88a8, vlanTag(100, 0x8100, vlanTag(12, 0x86dd, ipv6Packet(17, udpDatagram(data))))),
		"vlan 100 vlan 12 [2001:db8::7]:5353 > [fd00::10]:53 udp ttl 57 length 53 data 5 hello"},
	{"old qinq and pppoe", Ethernet, ethernetFrame(0x9100, vlanTag(100, 0x8100, vlanTag(12, 0x8864, pppoe(0x0021, ipv4Packet(17, 0, nil, udpDatagram(data)))))),
		"vlan 100 vlan 12 198.51.100.7:5353 > 192.168.1.10:53 udp ttl 64 length 33 data 5 hello"},
	{"three tags", Ethernet, ethernetFrame(0x8100, vlanTag(1, 0x8100, vlanTag(2, 0x8100, vlanTag(3, 0x0800, ipv4Packet(17, 0, nil, udpDatagram(data)))))),
		"vlan 1 vlan 2 unknown 8100"},
	{"pppoe of ipv6", Ethernet, ethernetFrame(0x8864, pppoe(0x0057, ipv6Packet(17, udpDatagram(data)))),
		"[2001:db8::7]:5353 > [fd00::10]:53 udp ttl 57 length 53 data 5 hello"},
	{"pppoe link control", Ethernet, ethernetFrame(0x8864, pppoe(0xc021, data)), "unknown 8864"},
	{"arp", Ethernet, ethernetFrame(0x0806, make([]byte, 28)), "unknown 0806"},
	{"spanning tree", Ethernet, ethernetFrame(38, make([]byte, 38)), "unknown 0000"},
	{"snap", Ethernet, ethernetFrame(41, join(snap, ipv4Packet(17, 0, nil, udpDatagram(data)))),
		"198.51.100.7:5353 > 192.168.1.10:53 udp ttl 64 length 33 data 5 hello"},
	{"pppoe, short", Ethernet, ethernetFrame(0x8864, join(pppoe(0x2145, nil)[:7], ipv4Packet(17, 0, nil, udpDatagram(data)))),
		"198.51.100.7:5353 > 192.168.1.10:53 udp ttl 64 length 33 data 5 hello"},
	{"sll", LinuxSLL, cookedFrame(0x0800, ipv4Packet(17, 0, nil, udpDatagram(data))),
		"198.51.100.7:5353 > 192.168.1.10:53 udp ttl 64 length 33 data 5 hello"},
	{"sll2 with a tag", LinuxSLL2, cooked2Frame(0x8100, vlanTag(12, 0x86dd, ipv6Packet(17, udpDatagram(data)))),
		"vlan 12 [2001:db8::7]:5353 > [fd00::10]:53 udp ttl 57 length 53 data 5 hello"},
	{"raw 4", RawIP, ipv4Packet(17, 0, nil, udpDatagram(data)), "198.51.100.7:5353 > 192.168.1.10:53 udp ttl 64 length 33 data 5 hello"},
	{"raw 6", RawIP, ipv6Packet(17, udpDatagram(data)), "[2001:db8::7]:5353 > [fd00::10]:53 udp ttl 57 length 53 data 5 hello"},
	{"raw 7", RawIP, []byte{0x70, 0}, "unknown 0000"},
	{"null, little endian", Null, join([]byte{2, 0, 0, 0}, ipv4Packet(17, 0, nil, udpDatagram(data))),
		"198.51.100.7:5353 > 192.168.1.10:53 udp ttl 64 length 33 data 5 hello"},
	{"null of darwin", Null, join([]byte{30, 0, 0, 0}, ipv6Packet(17, udpDatagram(data))),
		"[2001:db8::7]:5353 > [fd00::10]:53 udp ttl 57 length 53 data 5 hello"},
	{"loop", Loop, join([]byte{0, 0, 0, 24}, ipv6Packet(17, udpDatagram(data))),
		"[2001:db8::7]:5353 > [fd00::10]:53 udp ttl 57 length 53 data 5 hello"},
	{"mpls", Ethernet, ethernetFrame(0x8847, join([]byte{0, 1, 0x20, 64, 0, 2, 0x11, 64}, ipv6Packet(17, udpDatagram(data)))),
		"[2001:db8::7]:5353 > [fd00::10]:53 udp ttl 57 length 53 data 5 hello"},
	{"mpls without a bottom", Ethernet, ethernetFrame(0x8847, make([]byte, 64)), "unknown 8847"},
	{"ppp", PPP, join([]byte{0xff, 3, 0, 0x21}, ipv4Packet(17, 0, nil, udpDatagram(data))),
		"198.51.100.7:5353 > 192.168.1.10:53 udp ttl 64 length 33 data 5 hello"},
	{"ppp, short", PPP, join([]byte{0x57}, ipv6Packet(17, udpDatagram(data))),
		"[2001:db8::7]:5353 > [fd00::10]:53 udp ttl 57 length 53 data 5 hello"},
	{"ppp link control", PPP, []byte{0xff, 3, 0xc0, 0x21, 1}, "unknown 0000"},
	{"ppp of cisco", PPP, join([]byte{0x0f, 0, 8, 0}, ipv4Packet(17, 0, nil, udpDatagram(data))),
		"198.51.100.7:5353 > 192.168.1.10:53 udp ttl 64 length 33 data 5 hello"},
	{"cisco", CiscoHDLC, join([]byte{0x8f, 0, 0x86, 0xdd}, ipv6Packet(17, udpDatagram(data))),
		"[2001:db8::7]:5353 > [fd00::10]:53 udp ttl 57 length 53 data 5 hello"},
	{"nflog", NFLOG, join([]byte{2, 0, 0, 0, 5, 0, 10, 0, 'x', 0, 0, 0, 37, 0, 9, 0}, ipv4Packet(17, 0, nil, udpDatagram(data))),
		"198.51.100.7:5353 > 192.168.1.10:53 udp ttl 64 length 33 data 5 hello"},
	{"nflog that lies", NFLOG, []byte{2, 0, 0, 0, 3, 0, 9, 0}, "unknown 0000"},
	{"wifi", WiFi, join([]byte{0x08, 1}, make([]byte, 22), snap, ipv4Packet(17, 0, nil, udpDatagram(data))),
		"198.51.100.7:5353 > 192.168.1.10:53 udp ttl 64 length 33 data 5 hello"},
	{"wifi, encrypted", WiFi, join([]byte{0x08, 0x41}, make([]byte, 22), snap, ipv4Packet(17, 0, nil, udpDatagram(data))), "unknown 0000"},
	{"wifi with quality, between access points", Radiotap, join([]byte{0, 0, 8, 0, 0, 0, 0, 0, 0x88, 0x83}, make([]byte, 34), snap, ipv4Packet(17, 0, nil, udpDatagram(data))),
		"198.51.100.7:5353 > 192.168.1.10:53 udp ttl 64 length 33 data 5 hello"},
	{"a beacon of wifi", PPI, join([]byte{0, 0, 8, 0, 105, 0, 0, 0, 0x80, 0}, make([]byte, 60)), "unknown 0000"},
	{"pktap", PKTAP, join([]byte{12, 0, 0, 0, 1, 0, 0, 0, 101, 0, 0, 0}, ipv4Packet(17, 0, nil, udpDatagram(data))),
		"198.51.100.7:5353 > 192.168.1.10:53 udp ttl 64 length 33 data 5 hello"},
	{"pktap in itself", PKTAP, []byte{12, 0, 0, 0, 1, 0, 0, 0, 2, 1, 0, 0, 12, 0, 0, 0}, "unknown 0000"},
	{"no link", 0, ipv4Packet(17, 0, nil, udpDatagram(data)), "unknown 0000"},
}

// lies is frames whose lengths are not so.
var lies = []struct {
	name  string
	frame []byte
	want  string
}{
	{"length 0 is what is there", set(ipv4Packet(6, 0, nil, tcpSegment(ACK, nil, data)), 2, 0, 0),
		"198.51.100.7:40000 > 192.168.1.10:443 tcp ACK seq 1000 ack 2000 window 512 ttl 64 length 45 data 5 hello"},
	{"length of less than the header", set(ipv4Packet(17, 0, nil, udpDatagram(data)), 2, 0, 10),
		"198.51.100.7:0 > 192.168.1.10:0 udp ttl 64 length 20 data 0"},
	{"length of more than is there", set(ipv4Packet(17, 0, nil, udpDatagram(data)), 2, 0xff, 0xff),
		"198.51.100.7:5353 > 192.168.1.10:53 udp ttl 64 length 65535 data 5 hello"},
	{"header of less than five words", set(ipv4Packet(17, 0, nil, udpDatagram(data)), 0, 0x44), "unknown 0800"},
	{"header of more than is there", set(ipv4Packet(17, 0, nil, nil), 0, 0x4f), "198.51.100.7:0 > 192.168.1.10:0 udp ttl 64 length 60 data 0"},
	{"ipv6 length 0 is what is there", set(ipv6Packet(17, udpDatagram(data)), 4, 0, 0),
		"[2001:db8::7]:5353 > [fd00::10]:53 udp ttl 57 length 53 data 5 hello"},
	{"ipv6 of nothing, padded", join(ipv6Packet(59, nil), make([]byte, 6)), "[2001:db8::7]:0 > [fd00::10]:0 59 ttl 57 length 40 data 0"},
	{"extension beyond the end", ipv6Packet(60, set(extensionHeader(17, udpDatagram(data)), 1, 200)),
		"[2001:db8::7]:0 > [fd00::10]:0 udp ttl 57 length 61 data 0"},
	{"extension cut", ipv6Packet(60, []byte{17, 0, 0}), "[2001:db8::7]:0 > [fd00::10]:0 60 ttl 57 length 43 data 3"},
	{"data offset below five words", ipv4Packet(6, 0, nil, set(tcpSegment(ACK, nil, data), 12, 0x10)),
		"198.51.100.7:40000 > 192.168.1.10:443 tcp ACK seq 1000 ack 2000 window 512 ttl 64 length 45 data 0"},
	{"data offset beyond the end", ipv4Packet(6, 0, nil, set(tcpSegment(ACK, nil, data), 12, 0xf0)),
		"198.51.100.7:40000 > 192.168.1.10:443 tcp ACK seq 1000 ack 2000 window 512 ttl 64 length 45 data 0"},
	{"udp of less than the packet", ipv4Packet(17, 0, nil, set(udpDatagram(data), 4, 0, 12)),
		"198.51.100.7:5353 > 192.168.1.10:53 udp ttl 64 length 33 data 4 hell"},
	{"udp of less than its header", ipv4Packet(17, 0, nil, set(udpDatagram(data), 4, 0, 3)),
		"198.51.100.7:5353 > 192.168.1.10:53 udp ttl 64 length 33 data 5 hello"},
	{"ports alone", ipv4Packet(17, 0, nil, udpDatagram(nil)[:4]), "198.51.100.7:5353 > 192.168.1.10:53 udp ttl 64 length 24 data 0"},
	{"tcp up to its number", ipv4Packet(6, 0, nil, tcpSegment(SYN, nil, nil)[:8]), "198.51.100.7:40000 > 192.168.1.10:443 tcp seq 1000 ack 0 window 0 ttl 64 length 28 data 0"},
	{"ipv4-mapped", set(set(ipv6Packet(17, udpDatagram(data)), 8, mapped("192.0.2.1")...), 24, mapped("192.0.2.2")...),
		"192.0.2.1:5353 > 192.0.2.2:53 udp ttl 57 length 53 data 5 hello"},
}

func set(b []byte, at int, values ...byte) []byte { copy(b[at:], values); return b }

func mapped(addr string) []byte { a := netip.MustParseAddr(addr).As16(); return a[:] }
