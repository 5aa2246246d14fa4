package inject

import (
	"bytes"
	"encoding/binary"
	"net/netip"
	"testing"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"

	"abri.example/abri"
)

var (
	cards = []byte{2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1}
	v4    = append(bytes.Clone(cards), 0x08, 0x00)
	v6    = append(bytes.Clone(cards), 0x86, 0xdd)
	vlan6 = append(bytes.Clone(cards), 0x81, 0x00, 0, 7, 0x86, 0xdd)
	qinq4 = append(bytes.Clone(cards), 0x88, 0xa8, 0, 7, 0x81, 0x00, 0, 9, 0x08, 0x00)
	ppp4  = append(bytes.Clone(cards), 0x88, 0x64, 0x11, 0, 0, 5, 0, 99, 0x00, 0x21)
	vppp6 = append(bytes.Clone(cards), 0x81, 0x00, 0, 7, 0x88, 0x64, 0x11, 0, 0, 5, 0, 99, 0x00, 0x57)

	desk4, shop4 = netip.MustParseAddrPort("192.168.1.2:5000"), netip.MustParseAddrPort("80.1.1.1:443")
	desk6, shop6 = netip.MustParseAddrPort("[2a01::2]:5000"), netip.MustParseAddrPort("[2a02::1]:443")
)

// What is composed is byte for byte what another writer of packets makes of the same words.
func TestComposedAsByAnother(t *testing.T) {
	for name, p := range map[string]Packet{
		"reset":             {Head: v4, Src: shop4, Dst: desk4, Proto: 6, Flags: 0x14, Seq: 7, Ack: 0xfffffff0},
		"reset over IPv6":   {Head: v6, Src: shop6, Dst: desk6, Proto: 6, Flags: 0x14, Seq: 1 << 31, Ack: 9},
		"page":              {Head: qinq4, Src: shop4, Dst: desk4, Proto: 6, Flags: 0x19, Seq: 7, Ack: 8, Data: []byte("HTTP/1.1 403 Forbidden\r\n\r\n!")},
		"in a VLAN":         {Head: vlan6, Src: desk6, Dst: shop6, Proto: 6, Flags: 0x18, Seq: 7, Ack: 8, Data: bytes.Repeat([]byte("é"), 700)},
		"datagram":          {Head: v4, Src: desk4, Dst: shop4, Proto: 17, Data: []byte("SIP/2.0 603 Decline\r\n\r\n")},
		"datagram by IPv6":  {Head: v6, Src: desk6, Dst: shop6, Proto: 17, Data: []byte{1}},
		"PPPoE":             {Head: ppp4, Src: desk4, Dst: shop4, Proto: 17, Data: []byte("words")},
		"PPPoE in a VLAN":   {Head: vppp6, Src: desk6, Dst: shop6, Proto: 6, Flags: 4, Seq: 1, Data: []byte("words")},
		"an empty datagram": {Head: v6, Src: desk6, Dst: shop6, Proto: 17},
	} {
		got, err := p.Append([]byte("before"))
		if err != nil || !bytes.HasPrefix(got, []byte("before")) {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if want := another(t, &p); !bytes.Equal(got[6:], want) {
			t.Errorf("%s:\n%x, not\n%x", name, got[6:], want)
		}
	}
}

// another composes the same with gopacket.
func another(t *testing.T, p *Packet) []byte {
	t.Helper()
	var network gopacket.SerializableLayer
	var over gopacket.NetworkLayer
	if p.Src.Addr().Is4() {
		ip := &layers.IPv4{Version: 4, TTL: 64, Flags: layers.IPv4DontFragment, Protocol: layers.IPProtocol(p.Proto), SrcIP: p.Src.Addr().AsSlice(), DstIP: p.Dst.Addr().AsSlice()}
		network, over = ip, ip
	} else {
		ip := &layers.IPv6{Version: 6, HopLimit: 64, NextHeader: layers.IPProtocol(p.Proto), SrcIP: p.Src.Addr().AsSlice(), DstIP: p.Dst.Addr().AsSlice()}
		network, over = ip, ip
	}
	var transport gopacket.SerializableLayer
	if p.Proto == 6 {
		tcp := &layers.TCP{SrcPort: layers.TCPPort(p.Src.Port()), DstPort: layers.TCPPort(p.Dst.Port()), Seq: p.Seq, Ack: p.Ack, Window: 65535,
			FIN: p.Flags&1 != 0, SYN: p.Flags&2 != 0, RST: p.Flags&4 != 0, PSH: p.Flags&8 != 0, ACK: p.Flags&16 != 0}
		must(t, tcp.SetNetworkLayerForChecksum(over))
		transport = tcp
	} else {
		udp := &layers.UDP{SrcPort: layers.UDPPort(p.Src.Port()), DstPort: layers.UDPPort(p.Dst.Port())}
		must(t, udp.SetNetworkLayerForChecksum(over))
		transport = udp
	}
	b := gopacket.NewSerializeBuffer()
	must(t, gopacket.SerializeLayers(b, gopacket.SerializeOptions{FixLengths: true, ComputeChecksums: true}, network, transport, gopacket.Payload(p.Data)))
	head := bytes.Clone(p.Head)
	if n := len(head); n >= 22 && binary.BigEndian.Uint16(head[n-10:]) == 0x8864 {
		binary.BigEndian.PutUint16(head[n-4:], uint16(2+len(b.Bytes())))
	}
	return append(head, b.Bytes()...)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// A head that leads elsewhere, or ends early, composes nothing.
func TestWhatComposesNothing(t *testing.T) {
	for name, p := range map[string]Packet{
		"no head":             {Src: desk4, Dst: shop4, Proto: 6},
		"cards only":          {Head: cards, Src: desk4, Dst: shop4, Proto: 6},
		"the other family":    {Head: v6, Src: desk4, Dst: shop4, Proto: 6},
		"two families":        {Head: v4, Src: desk4, Dst: shop6, Proto: 6},
		"ARP":                 {Head: append(bytes.Clone(cards), 8, 6), Src: desk4, Dst: shop4, Proto: 6},
		"something behind":    {Head: append(bytes.Clone(v4), 0x45), Src: desk4, Dst: shop4, Proto: 6},
		"three tags":          {Head: append(bytes.Clone(qinq4[:20]), 0x81, 0, 0, 1, 8, 0), Src: desk4, Dst: shop4, Proto: 6},
		"a tag that is cut":   {Head: append(bytes.Clone(cards), 0x81, 0x00, 0), Src: desk4, Dst: shop4, Proto: 6},
		"PPPoE of the other":  {Head: ppp4, Src: desk6, Dst: shop6, Proto: 6},
		"PPPoE's own words":   {Head: append(bytes.Clone(cards), 0x88, 0x64, 0x11, 0, 0, 5, 0, 9, 0xc0, 0x21), Src: desk4, Dst: shop4, Proto: 6},
		"ICMP":                {Head: v4, Src: desk4, Dst: shop4, Proto: 1},
		"nobody":              {Head: v4, Proto: 6},
		"PPPoE that is short": {Head: ppp4[:18], Src: desk4, Dst: shop4, Proto: 6},
	} {
		if got, err := p.Append(nil); abri.CodeOf(err) != abri.CodeInvalid || len(got) != 0 {
			t.Errorf("%s: %x, %v", name, got, err)
		}
	}
}

// FuzzCompose: whatever the head, what is composed is a frame that another reader understands, or nothing.
func FuzzCompose(f *testing.F) {
	for _, head := range [][]byte{v4, v6, vlan6, qinq4, ppp4, vppp6, cards} {
		f.Add(head, true, []byte("words"))
		f.Add(head, false, []byte{})
	}
	f.Fuzz(func(t *testing.T, head []byte, six bool, data []byte) {
		p := Packet{Head: head, Src: desk4, Dst: shop4, Proto: 6, Flags: 4, Data: data[:min(len(data), 1400)]}
		if six {
			p.Src, p.Dst = desk6, shop6
		}
		b, err := p.Append(nil)
		if err != nil {
			return
		}
		read := gopacket.NewPacket(b, layers.LayerTypeEthernet, gopacket.Default)
		tcp, ok := read.TransportLayer().(*layers.TCP)
		if !ok || !bytes.Equal(tcp.Payload, p.Data) {
			t.Errorf("%x is read as %v", b, read)
		}
	})
}
