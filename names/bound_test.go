package names

import (
	"encoding/binary"
	"net/netip"
	"testing"
	"time"

	"abri.example/abri"
	"abri.example/abri/flow"
	"abri.example/abri/packet"
)

// TestHalfHellos sends the first half of a hello from very many clients: memory is that of the pool and of the flows
// that the table holds, and an honest hello in two parts is still read.
func TestHalfHellos(t *testing.T) {
	const memory, clients = 1 << 20, 50_000
	w := newWire(memory)
	w.table = flow.NewTable(flow.Options{Max: 4096, Early: w.watch.End})
	b := hello(t, "a.fr")
	half := segment(clerk, server, packet.ACK, 1000, b[:len(b)/2])
	for i := range uint32(clients) {
		half.Src = netip.AddrFrom4([4]byte(binary.BigEndian.AppendUint32(nil, 10<<24+i)))
		w.send(half)
	}
	if n := w.watch.conversations; n > 4096 || w.watch.pool.Held() > memory {
		t.Errorf("%d conversations are remembered and %d bytes held", n, w.watch.pool.Held())
	}
	if w.watch.Lost() == 0 {
		t.Error("none counted as lost")
	}
	w.send(segment(clerk, server, packet.ACK, 1000, b[:700]))
	w.send(segment(clerk, server, packet.ACK, 1700, b[700:]))
	w.wants(t, "an honest one", "tls a.fr "+clerk+" > "+server)
	w.table.Flush(w.watch.End)
	if w.watch.conversations != 0 {
		t.Errorf("%d conversations are remembered after their end", w.watch.conversations)
	}
}

// TestManyFragmentsThatNeverEnd: those of a few hundred packets are kept, and no more.
func TestManyFragmentsThatNeverEnd(t *testing.T) {
	w := newWire(0)
	p := segment("192.168.1.10:0", "198.51.100.7:0", 0, 0, string(make([]byte, 1000)))
	p.Fragment, p.MoreFragments, p.FragmentAt = true, true, 8000
	for i := range uint32(10 * maxCut) {
		p.FragmentID = i + 1
		w.send(p)
	}
	if n := len(w.watch.fragments.known); n > maxCut {
		t.Errorf("the fragments of %d packets are kept", n)
	}
}

// TestTheTLSPathAllocatesNothing: nor does a packet that says nothing.
func TestTheTLSPathAllocatesNothing(t *testing.T) {
	watch := New(Options{})
	table := flow.NewTable(flow.Options{Early: watch.End})
	b := hello(t, "www.impots.gouv.fr")
	syn, first, second := segment(clerk, server, packet.SYN, 999, ""), segment(clerk, server, packet.ACK, 1000, b[:1000]), segment(clerk, server, packet.ACK, 2000, b[1000:])
	data := segment(server, clerk, packet.ACK, 5000, "\x17\x03\x03\x10\x00")
	seen, at := 0, start
	emit := func(s *Sighting) { seen += len(s.Name) }
	conversation := func() {
		for _, h := range []*packet.Headers{syn, first, second, data} {
			h.Known, h.DataLength = true, len(h.Payload)
			f, _ := table.Observe(at, abri.SideUnknown, h)
			watch.Observe(at, f, h, emit)
		}
		at = at.Add(2 * time.Hour)
		table.Expire(at, watch.End)
	}
	conversation()
	if n := testing.AllocsPerRun(200, conversation); n != 0 {
		t.Errorf("%v allocations", n)
	}
	if want := 202 * len("www.impots.gouv.fr"); seen != want {
		t.Errorf("%d bytes of names were told, want %d", seen, want)
	}
}

// FuzzWatch reads its input as packets of a few conversations. Whatever they say, what is told is clean and short.
func FuzzWatch(f *testing.F) {
	b := hello(f, "a.fr")
	packets := func(all ...string) (out []byte) {
		for i, p := range all {
			out = append(binary.BigEndian.AppendUint16(append(out, byte(i)), uint16(len(p))), p...)
		}
		return out
	}
	f.Add(packets(b[:500], b[500:], "GET / HTTP/1.1\r\nHost: a.fr\r\n\r\n"))
	f.Add(packets(string(question("a.fr", false)), framed(question("b.fr", true)), "\x05\x01\x00\x05\x01\x00\x03\x01a\x00\x00"))
	f.Add(packets("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, in []byte) {
		w := newWire(1 << 20)
		seq := map[bool]uint32{}
		for len(in) >= 3 {
			how, n := in[0], int(binary.BigEndian.Uint16(in[1:]))
			in = in[3:]
			n = min(n, len(in))
			to := []string{server, "198.51.100.7:53", "198.51.100.7:2152", "198.51.100.7:6081"}[how&3]
			h := segment(clerk, to, packet.ACK, 1000+seq[how&4 != 0], string(in[:n]))
			if how&4 != 0 {
				h.Src, h.Dst, h.SrcPort, h.DstPort = h.Dst, h.Src, h.DstPort, h.SrcPort
			}
			seq[how&4 != 0] += uint32(n)
			if how&8 != 0 {
				h.Proto = packet.UDP
			}
			if how&16 != 0 {
				h.Proto = greInside
			}
			if how&32 != 0 {
				h.FragmentID, h.Fragment, h.MoreFragments, h.FragmentAt = 7, how&64 != 0, how&128 != 0, int(how&64)/8*16
			}
			w.send(h)
			in = in[n:]
		}
		for _, l := range w.lines {
			if len(l.Name) > 4*longestName {
				t.Errorf("a name of %d bytes", len(l.Name))
			}
			for _, c := range []byte(l.Name + l.ALPN) {
				if c <= ' ' || c >= 0x7f {
					t.Errorf("the line %+v is not clean", l)
				}
			}
		}
	})
}

// BenchmarkTLS is a conversation's whole way through the Watch: SYN, hello in two segments as today's are, name told.
func BenchmarkTLS(b *testing.B) {
	watch := New(Options{})
	words := hello(b, "www.impots.gouv.fr")
	f := &flow.Flow{Proto: packet.TCP, Client: netip.MustParseAddrPort(clerk), Server: netip.MustParseAddrPort(server)}
	packets := []*packet.Headers{segment(clerk, server, packet.SYN, 999, ""), segment(clerk, server, packet.ACK, 1000, words[:1400]), segment(clerk, server, packet.ACK, 2400, words[1400:])}
	told := 0
	emit := func(s *Sighting) { told++ }
	b.ReportAllocs()
	for b.Loop() {
		for _, h := range packets {
			watch.Observe(start, f, h, emit)
		}
		watch.End(f)
	}
	if told != b.N {
		b.Fatalf("%d names of %d", told, b.N)
	}
}

// BenchmarkNothing is a packet that says nothing of a conversation whose name is known.
func BenchmarkNothing(b *testing.B) {
	watch := New(Options{})
	f := &flow.Flow{Proto: packet.TCP, Client: netip.MustParseAddrPort(clerk), Server: netip.MustParseAddrPort(server)}
	watch.Observe(start, f, segment(clerk, server, packet.ACK, 1000, hello(b, "a.fr")), func(*Sighting) {})
	data := segment(clerk, server, packet.ACK, 5000, string(make([]byte, 1400)))
	b.ReportAllocs()
	for b.Loop() {
		watch.Observe(start, f, data, func(*Sighting) {})
	}
}
