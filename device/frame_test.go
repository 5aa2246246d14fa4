package device

import (
	"net/netip"
	"testing"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"

	"abri.example/abri"
	"abri.example/abri/packet"
)

var start = time.Date(2026, 3, 5, 9, 0, 0, 0, time.UTC)

var (
	desk    = MAC{0xb8, 0x27, 0xeb, 1, 2, 3} // a Raspberry Pi's
	printer = MAC{0x00, 0x00, 0x85, 4, 5, 6} // a Canon's
)

var (
	deskAddr    = netip.MustParseAddr("192.168.10.20")
	printerAddr = netip.MustParseAddr("192.168.10.30")
)

// frame serializes layers behind Ethernet.
func frame(t testing.TB, from MAC, ether layers.EthernetType, all ...gopacket.SerializableLayer) []byte {
	t.Helper()
	b := gopacket.NewSerializeBuffer()
	all = append([]gopacket.SerializableLayer{&layers.Ethernet{SrcMAC: from[:], DstMAC: []byte{255, 255, 255, 255, 255, 255}, EthernetType: ether}}, all...)
	if err := gopacket.SerializeLayers(b, gopacket.SerializeOptions{FixLengths: true}, all...); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// udp is a datagram over IPv4.
func udp(t testing.TB, mac MAC, from, to netip.AddrPort, ttl uint8, data []byte) []byte {
	return frame(t, mac, layers.EthernetTypeIPv4,
		&layers.IPv4{Version: 4, TTL: ttl, Protocol: layers.IPProtocolUDP, SrcIP: from.Addr().AsSlice(), DstIP: to.Addr().AsSlice()},
		&layers.UDP{SrcPort: layers.UDPPort(from.Port()), DstPort: layers.UDPPort(to.Port())}, gopacket.Payload(data))
}

// arp says that a card has an address.
func arp(t testing.TB, mac MAC, a netip.Addr) []byte {
	return frame(t, mac, layers.EthernetTypeARP, &layers.ARP{
		AddrType: layers.LinkTypeEthernet, Protocol: layers.EthernetTypeIPv4, HwAddressSize: 6, ProtAddressSize: 4, Operation: layers.ARPRequest,
		SourceHwAddress: mac[:], SourceProtAddress: a.AsSlice(), DstHwAddress: make([]byte, 6), DstProtAddress: []byte{192, 168, 10, 1},
	})
}

// listen gives the book a frame, as the first of its conversation.
func (b *Book) listen(after time.Duration, side abri.Side, frame []byte) {
	var h packet.Headers
	packet.Decode(packet.Ethernet, frame, &h)
	b.Observe(start.Add(after), side, &h, true)
}

// find is the device of an address, which must be there.
func (b *Book) find(t *testing.T, a netip.Addr) Device {
	t.Helper()
	d, ok := b.Find(a)
	if !ok {
		t.Fatalf("nobody has %s: %+v", a, b.All())
	}
	return d
}

func port(a string) netip.AddrPort { return netip.MustParseAddrPort(a) }

// lease is a message of DHCP of the desk.
func dhcpMessage(op layers.DHCPOp, kind layers.DHCPMsgType, number uint32, yours netip.Addr, options ...layers.DHCPOption) *layers.DHCPv4 {
	return &layers.DHCPv4{
		Operation: op, HardwareType: layers.LinkTypeEthernet, HardwareLen: 6, Xid: number, ClientHWAddr: desk[:], YourClientIP: yours.AsSlice(),
		ClientIP: make([]byte, 4), NextServerIP: make([]byte, 4), RelayAgentIP: make([]byte, 4),
		Options: append([]layers.DHCPOption{layers.NewDHCPOption(layers.DHCPOptMessageType, []byte{byte(kind)})}, options...),
	}
}

func bytesOf(t testing.TB, l gopacket.SerializableLayer) []byte {
	t.Helper()
	b := gopacket.NewSerializeBuffer()
	if err := gopacket.SerializeLayers(b, gopacket.SerializeOptions{FixLengths: true}, l); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
