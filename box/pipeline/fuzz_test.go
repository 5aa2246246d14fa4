package pipeline

import (
	"testing"
	"time"

	"abri.example/abri"
	"abri.example/abri/count"
	"abri.example/abri/detect"
	"abri.example/abri/packet"
)

// FuzzPacket puts whatever comes through the whole way, with the real detectors: pieces of link, length, seconds since the
// piece before (signed: clocks are set back), and frame. All is counted, nothing is an attack that no list holds, and no
// conversation is left.
func FuzzPacket(f *testing.F) {
	seed := func(link packet.Link, frames ...[]byte) {
		var b []byte
		for _, x := range frames {
			b = append(append(b, byte(link), byte(len(x)), 1), x...)
		}
		f.Add(b)
	}
	syn, answer := tcp(f, criminal, mail, packet.SYN, 0), tcp(f, mail, criminal, packet.SYN|packet.ACK, 0)
	probe, end := tcp(f, honest, mail, packet.SYN, 0), tcp(f, honest, mail, packet.RST, 0)
	seed(packet.Ethernet, syn, answer, probe, end)
	seed(packet.RawIP, syn[14:], answer[14:])
	seed(packet.LinuxSLL, syn, probe[:20], nil)
	f.Fuzz(func(t *testing.T, data []byte) {
		counter := count.New(count.Options{Seed: "fuzz"})
		p := New(Options{Policy: rules(t, abri.Protect, listed{}), Detectors: detect.All(), Counter: counter, Flows: 16})
		at, packets := start, uint64(0)
		for len(data) >= 3 {
			link, n := packet.Link(data[0]%8), min(int(data[1]), len(data)-3)
			at = at.Add(time.Duration(int8(data[2])) * time.Second)
			p.Packet(at, link, data[3:3+n], n)
			p.Tick(at)
			data = data[3+n:]
			packets++
		}
		p.Flush()
		if seen, _ := p.Seen(); seen != packets {
			t.Errorf("%d packets seen of %d", seen, packets)
		}
		for _, a := range counter.Changed() {
			_, outside := (listed{}).Find(a.Outside)
			_, inside := (listed{}).Find(a.Inside) // a capture may hold only what others say to each other
			if !outside && !inside || a.Outcome != abri.WouldBlock || a.Attempts == 0 || a.Packets == 0 {
				t.Errorf("an attack that no list holds, or without a packet: %+v", a)
			}
		}
		if p.passed.Len() != 0 {
			t.Errorf("%d conversations are left", p.passed.Len())
		}
	})
}
