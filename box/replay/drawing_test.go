package replay_test

import (
	"bytes"
	"encoding/binary"
	"net/netip"
	"testing"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"
)

// drawing is a capture of our own, packet by packet.
type drawing struct {
	link    uint32                        // its number in the registry of link types
	head    func(etherType uint16) []byte // what stands before each IP packet; an Ethernet header when nil
	form    form
	cut     int // bytes that the file lacks at its end
	packets []drawn
}

// drawn is one packet: when it passed, and its IP packet.
type drawn struct {
	at time.Time
	ip []byte
}

// form is the format of the file.
type form int

const (
	micros form = iota // pcap in microseconds
	nanos              // pcap in nanoseconds
	ng                 // pcapng
)

// start is when every drawing begins: the 5 March 2026, ten in the morning at Paris.
var start = time.Date(2026, 3, 5, 9, 0, 0, 0, time.UTC)

// script is packets that pass a second after each other.
func script(ips ...[]byte) []drawn { return scriptAt(start, ips...) }

func scriptAt(at time.Time, ips ...[]byte) []drawn {
	out := make([]drawn, len(ips))
	for i, ip := range ips {
		out[i] = drawn{at.Add(time.Duration(i) * time.Second), ip}
	}
	return out
}

// file is the bytes of the capture file.
func (d drawing) file(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	var w interface {
		WritePacket(gopacket.CaptureInfo, []byte) error
	}
	must := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	switch d.form {
	case ng:
		x, err := pcapgo.NewNgWriterInterface(&b, pcapgo.NgInterface{LinkType: layers.LinkType(d.link)}, pcapgo.NgWriterOptions{})
		must(err)
		w = x
	case nanos:
		x := pcapgo.NewWriterNanos(&b)
		must(x.WriteFileHeader(262144, layers.LinkType(d.link)))
		w = x
	default:
		x := pcapgo.NewWriter(&b)
		must(x.WriteFileHeader(262144, layers.LinkType(d.link)))
		w = x
	}
	for _, p := range d.packets {
		data := append(d.heading(p.ip), p.ip...)
		must(w.WritePacket(gopacket.CaptureInfo{Timestamp: p.at, CaptureLength: len(data), Length: len(data)}, data))
	}
	if x, ok := w.(*pcapgo.NgWriter); ok {
		must(x.Flush())
	} else {
		binary.LittleEndian.PutUint32(b.Bytes()[20:], d.link) // gopacket's type holds none above 255
	}
	return b.Bytes()[:b.Len()-d.cut]
}

func (d drawing) heading(ip []byte) []byte {
	etherType := uint16(0x0800)
	if ip[0]>>4 == 6 {
		etherType = 0x86dd
	}
	if d.head == nil {
		return ethernet()(etherType)
	}
	return d.head(etherType)
}

// ethernet heads a packet with an Ethernet header and VLAN tags, each given as type and number.
func ethernet(tags ...uint16) func(uint16) []byte {
	return func(etherType uint16) []byte {
		b := []byte{2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2}
		for _, x := range append(tags, etherType) {
			b = binary.BigEndian.AppendUint16(b, x)
		}
		return b
	}
}

// tcp is a segment with the flags, and so many bytes of data.
func tcp(from, to string, flags string, data int) []byte {
	return segment(from, to, flags, make([]byte, data))
}

// said is a segment with words.
func said(from, to, words string) []byte { return segment(from, to, "PA", []byte(words)) }

func segment(from, to string, flags string, data []byte) []byte {
	src, dst := netip.MustParseAddrPort(from), netip.MustParseAddrPort(to)
	l := &layers.TCP{SrcPort: layers.TCPPort(src.Port()), DstPort: layers.TCPPort(dst.Port()), Window: 1024}
	for _, f := range flags {
		switch f {
		case 'S':
			l.SYN = true
		case 'A':
			l.ACK = true
		case 'P':
			l.PSH = true
		case 'F':
			l.FIN = true
		case 'R':
			l.RST = true
		}
	}
	return ip(src.Addr(), dst.Addr(), layers.IPProtocolTCP, l, gopacket.Payload(data))
}

// udp is a datagram with so many bytes of data.
func udp(from, to string, data int) []byte {
	src, dst := netip.MustParseAddrPort(from), netip.MustParseAddrPort(to)
	l := &layers.UDP{SrcPort: layers.UDPPort(src.Port()), DstPort: layers.UDPPort(dst.Port())}
	return ip(src.Addr(), dst.Addr(), layers.IPProtocolUDP, l, gopacket.Payload(make([]byte, data)))
}

// ip is an IP packet of the family of its ends.
func ip(src, dst netip.Addr, proto layers.IPProtocol, rest ...gopacket.SerializableLayer) []byte {
	var head gopacket.SerializableLayer = &layers.IPv4{Version: 4, TTL: 64, Id: 1, Protocol: proto, SrcIP: src.AsSlice(), DstIP: dst.AsSlice()}
	if src.Is6() {
		head = &layers.IPv6{Version: 6, HopLimit: 64, NextHeader: proto, SrcIP: src.AsSlice(), DstIP: dst.AsSlice()}
	}
	b := gopacket.NewSerializeBuffer()
	all := append([]gopacket.SerializableLayer{head}, rest...)
	if err := gopacket.SerializeLayers(b, gopacket.SerializeOptions{FixLengths: true}, all...); err != nil {
		panic(err) // the drawing itself is wrong
	}
	return b.Bytes()
}

// fragments cuts an IPv4 packet into pieces of at most so many bytes of data, a multiple of eight.
func fragments(packet []byte, most int) [][]byte {
	var out [][]byte
	for data := packet[20:]; len(data) > 0; {
		n := min(most, len(data))
		f := append(append([]byte(nil), packet[:20]...), data[:n]...)
		offset := uint16(len(packet)-20-len(data)) / 8
		if data = data[n:]; len(data) > 0 {
			offset |= 0x2000
		}
		binary.BigEndian.PutUint16(f[2:], uint16(len(f)))
		binary.BigEndian.PutUint16(f[6:], offset)
		out = append(out, f)
	}
	return out
}

// extended puts a hop-by-hop and a destination options header, both empty, before what an IPv6 packet carries.
func extended(packet []byte) []byte {
	const hopByHop, destination = 0, 60
	next := packet[6]
	options := []byte{destination, 0, 1, 4, 0, 0, 0, 0, next, 0, 1, 4, 0, 0, 0, 0}
	out := append(append(append([]byte(nil), packet[:40]...), options...), packet[40:]...)
	out[6] = hopByHop
	binary.BigEndian.PutUint16(out[4:], uint16(len(out)-40))
	return out
}
