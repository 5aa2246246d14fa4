package flow

import (
	"io/fs"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"abri.example/abri"
	"abri.example/abri/packet"
	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"
)

// passing is a frame and when it passed.
type passing struct {
	at    time.Time
	link  packet.Link
	frame []byte
}

// mixed is the traffic of a busy site, the same at each call: 5,000 conversations under way at once, seven in ten
// TCP, a quarter IPv6, packets of 60 to 1,500 bytes.
func mixed(b *testing.B) []passing {
	random := rand.New(rand.NewPCG(1, 2))
	all := make([]passing, 0, 200_000)
	for i := range cap(all) {
		n := random.IntN(5_000)
		all = append(all, passing{start.Add(time.Duration(i) * 10 * time.Microsecond), packet.Ethernet, frame(b, n, random)})
	}
	return all
}

// frame is a packet of conversation n, in one of its directions.
func frame(b *testing.B, n int, random *rand.Rand) []byte {
	inside, outside := net.IP{192, 168, byte(n >> 8), byte(n)}, net.IP{203, 0, byte(n % 113), byte(n % 251)}
	port, serves := uint16(32768+n), uint16(443)
	if n%4 == 0 {
		inside, outside = append(net.ParseIP("fd00::")[:12:12], inside...), append(net.ParseIP("2001:db8::")[:12:12], outside...)
	}
	if random.IntN(2) == 0 {
		inside, outside, port, serves = outside, inside, serves, port
	}
	var stack []gopacket.SerializableLayer
	proto := layers.IPProtocolTCP
	switch {
	case n%10 < 7:
		stack = append(stack, &layers.TCP{SrcPort: layers.TCPPort(port), DstPort: layers.TCPPort(serves), ACK: true, PSH: true})
	case n%10 < 9 || n%4 == 0:
		proto = layers.IPProtocolUDP
		stack = append(stack, &layers.UDP{SrcPort: layers.UDPPort(port), DstPort: layers.UDPPort(serves)})
	default:
		proto = layers.IPProtocolICMPv4
		stack = append(stack, &layers.ICMPv4{TypeCode: layers.CreateICMPv4TypeCode(8, 0)})
	}
	ethernet := &layers.Ethernet{SrcMAC: make(net.HardwareAddr, 6), DstMAC: make(net.HardwareAddr, 6), EthernetType: layers.EthernetTypeIPv4}
	var ip gopacket.SerializableLayer = &layers.IPv4{Version: 4, TTL: 64, Protocol: proto, SrcIP: inside, DstIP: outside}
	if len(inside) == 16 {
		ethernet.EthernetType = layers.EthernetTypeIPv6
		ip = &layers.IPv6{Version: 6, HopLimit: 64, NextHeader: proto, SrcIP: inside, DstIP: outside}
	}
	stack = append(append([]gopacket.SerializableLayer{ethernet, ip}, stack...), gopacket.Payload(make([]byte, random.IntN(1400))))
	buffer := gopacket.NewSerializeBuffer()
	if err := gopacket.SerializeLayers(buffer, gopacket.SerializeOptions{FixLengths: true}, stack...); err != nil {
		b.Fatal(err)
	}
	return slices.Clone(buffer.Bytes()[:min(len(buffer.Bytes()), 128)]) // as if captured with a snap length
}

// shared is the packets of the captures beside the repository, up to 64 MB of them, file by file.
func shared(b *testing.B) []passing {
	root := os.Getenv("ABRI_SHARED")
	if root == "" {
		root = "../../shared"
	}
	var all []passing
	held := 0
	filepath.WalkDir(filepath.Join(root, "captures"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".pcap" || held > 64<<20 {
			return nil
		}
		file, err := os.Open(path)
		if err != nil {
			b.Fatal(err)
		}
		defer file.Close()
		r, err := pcapgo.NewReader(file)
		if err != nil {
			return nil
		}
		link, _ := packet.LinkOf(uint32(r.LinkType()))
		for {
			data, info, err := r.ReadPacketData()
			if err != nil {
				return nil
			}
			held += len(data)
			all = append(all, passing{info.Timestamp, link, data})
		}
	})
	if len(all) == 0 {
		b.Skipf("there are no captures in %s (set ABRI_SHARED to their folder)", root)
	}
	return all
}

// BenchmarkDecodeAndObserve is the way of a packet from its bytes to its conversation.
func BenchmarkDecodeAndObserve(b *testing.B) {
	for name, load := range map[string]func(*testing.B) []passing{"mixed": mixed, "shared": shared} {
		b.Run(name, func(b *testing.B) {
			all := load(b)
			table := NewTable(Options{})
			var h packet.Headers
			packets := 0
			b.ReportAllocs()
			for b.Loop() {
				for i := range all {
					packet.Decode(all[i].link, all[i].frame, &h)
					table.Observe(all[i].at, abri.SideUnknown, &h)
					if i%1024 == 0 {
						table.Expire(all[i].at, nil)
					}
				}
				packets += len(all)
			}
			b.ReportMetric(float64(packets)/b.Elapsed().Seconds(), "packets/s")
			b.ReportMetric(float64(table.Len()), "flows")
		})
	}
}
