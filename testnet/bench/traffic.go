package main

import (
	"encoding/binary"
	"math/rand/v2"
	"net/netip"

	"abri.example/abri/packet"
)

// The networks of the traffic. The list of a replay holds listed: one conversation of mixed in a hundred is with it.
var (
	inside4, inside6   = netip.MustParsePrefix("192.168.0.0/16"), netip.MustParsePrefix("fd00:10::/112")
	outside4, outside6 = netip.MustParsePrefix("45.0.0.0/8"), netip.MustParsePrefix("2a00:1450::/104")
	listed             = netip.MustParsePrefix("185.220.101.0/24")
)

// captures are what is replayed.
var captures = []struct {
	name, what, bar string
	traffic         func(*rand.Rand) func() segment
}{
	{"mixed", "mixed traffic, 1 % of the conversations listed", "≥ 1 M/s", mixed},
	{"flood", "a flood, each packet a new conversation", "", flood},
}

// segment is one packet: who sends it to whom, and how long it is, from its IP header on.
type segment struct {
	from, to netip.AddrPort
	proto    byte
	flags    packet.TCPFlags
	tagged   bool // with a VLAN tag
	length   int
}

// conversation is one of those under way in mixed.
type conversation struct {
	client, server netip.AddrPort
	proto          byte
	tagged         bool
	said, left     int
}

// underWay is how many conversations mixed has at once; each is 2 to 98 packets long, and another takes its place.
const underWay = 5_000

// mixed gives the packets of a busy site, one a call: half of the conversations go out, seven in ten are TCP, one in four
// IPv6, one in ten has a VLAN tag; 64, 576 and 1,500 bytes come as 7 : 4 : 1, the simple Internet mix of equipment makers.
func mixed(random *rand.Rand) func() segment {
	all, begun := make([]conversation, underWay), 0
	return func() segment {
		c := &all[random.IntN(len(all))]
		if c.left == 0 {
			*c = begin(begun, random)
			begun++
		}
		return c.speak(random)
	}
}

// begin is the n-th conversation.
func begin(n int, random *rand.Rand) conversation {
	inside, outside := host(inside4, random), host(outside4, random)
	switch {
	case n%100 == 1:
		outside = host(listed, random)
	case n%4 == 0:
		inside, outside = host(inside6, random), host(outside6, random)
	}
	ports := [...]uint16{443, 443, 80, 25, 5060, 3389, 8443, 53}
	c := conversation{proto: packet.TCP, tagged: n%10 == 3, left: 2 + random.IntN(97)}
	if n%10 >= 7 {
		c.proto = packet.UDP
	}
	c.client, c.server = netip.AddrPortFrom(inside, uint16(32768+n%28000)), netip.AddrPortFrom(outside, ports[random.IntN(len(ports))])
	if n%2 == 0 {
		c.client, c.server = netip.AddrPortFrom(outside, c.client.Port()), netip.AddrPortFrom(inside, c.server.Port())
	}
	return c
}

// speak is the next packet of the conversation: a handshake, data both ways, an end.
func (c *conversation) speak(random *rand.Rand) segment {
	s := segment{from: c.client, to: c.server, proto: c.proto, tagged: c.tagged, flags: packet.ACK | packet.PSH}
	s.length = [...]int{64, 64, 64, 64, 64, 64, 64, 576, 576, 576, 576, 1500}[random.IntN(12)]
	if c.said == 1 || c.said > 1 && random.IntN(2) == 0 {
		s.from, s.to = s.to, s.from
	}
	switch {
	case c.said == 0:
		s.flags, s.length = packet.SYN, 60
	case c.said == 1:
		s.flags, s.length = packet.SYN|packet.ACK, 60
	case c.left == 1:
		s.flags = packet.RST
	}
	c.said, c.left = c.said+1, c.left-1
	return s
}

// flood gives the SYNs of a flood on a web site, each from another address and port.
func flood(random *rand.Rand) func() segment {
	victim := netip.AddrPortFrom(netip.MustParseAddr("192.168.10.25"), 443)
	return func() segment {
		from := netip.AddrPortFrom(host(outside4, random), uint16(1024+random.IntN(60000)))
		return segment{from: from, to: victim, proto: packet.TCP, flags: packet.SYN, length: 60}
	}
}

// host is some address of the network.
func host(of netip.Prefix, random *rand.Rand) netip.Addr {
	b := of.Addr().As16()
	low := binary.BigEndian.Uint32(b[12:]) | random.Uint32()>>(32-(of.Addr().BitLen()-of.Bits()))
	binary.BigEndian.PutUint32(b[12:], low)
	return netip.AddrFrom16(b).Unmap()
}

// frame appends the Ethernet frame of s to b.
func (s segment) frame(b []byte) []byte {
	b = append(b, 2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2)
	if s.tagged {
		b = append(b, 0x81, 0, 0, 10)
	}
	from, to := s.from.Addr(), s.to.Addr()
	start := len(b) + 2
	if from.Is4() {
		b = append(b, 0x08, 0, 0x45, 0)
		b = binary.BigEndian.AppendUint16(b, uint16(s.length))
		b = append(b, 0, 0, 0, 0, 64, s.proto, 0, 0)
	} else {
		b = append(b, 0x86, 0xdd, 0x60, 0, 0, 0)
		b = binary.BigEndian.AppendUint16(b, uint16(max(s.length, 60)-40))
		b = append(b, s.proto, 64)
	}
	b = append(append(b, from.AsSlice()...), to.AsSlice()...)
	b = binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(b, s.from.Port()), s.to.Port())
	rest := make([]byte, max(s.length, 60)-(len(b)-start))
	if s.proto == packet.TCP {
		rest[8], rest[9] = 0x50, byte(s.flags) // behind sequence and acknowledgement: five words long, the flags
	} else {
		binary.BigEndian.PutUint16(rest, uint16(len(rest)+4))
	}
	return append(b, rest...)
}
